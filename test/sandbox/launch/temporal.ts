// Starts a server, prints it as a line of JSON and waits to be killed. Argument: folder.
import { startTemporal } from '../../../sandbox/temporal/start';

const [, , home = ''] = process.argv;

startTemporal({ home, log: () => {}, headless: true }).then(
  (server) => {
    process.stdout.write(`${JSON.stringify(server)}\n`);
    setInterval(() => {}, 60_000);
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
