// Starts a server, prints it as a line of JSON and waits to be killed. Arguments: folder, binaries.
import { startPostgres } from '../../../sandbox/postgres/start';

const [, , dataDir = '', binaries] = process.argv;

startPostgres({ dataDir, log: () => {}, binaries: binaries === 'packaged' ? 'packaged' : 'any' }).then(
  (server) => {
    process.stdout.write(`${JSON.stringify(server)}\n`);
    setInterval(() => {}, 60_000);
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
