// Starts a stack of its own servers, prints it as a line of JSON and waits to be killed, or stopped by SIGTERM.
// Arguments: home, port, clock.
import { createLogger } from '../../../config/logger';
import { readEnvironment } from '../../../config/environment';
import { startStack } from '../../../sandbox/stack';
import { shippedProject } from '../../../project/project';
import { workflowBundle } from '../../support/temporal';

const [, , home = '', port = '0', clock] = process.argv;
const lines: string[] = [];

startStack({
  environment: readEnvironment({}),
  home,
  port: Number(port),
  ...(clock !== undefined && { clock }),
  say: (line) => lines.push(line),
  log: createLogger({ level: 'error', destination: process.stderr }),
  project: { ...shippedProject(), workflowBundle: workflowBundle() },
}).then(
  ({ stop, ...stack }) => {
    process.once('SIGTERM', () => {
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
    // Last: whoever reads it may stop it at once.
    process.stdout.write(`${JSON.stringify({ ...stack, lines })}\n`);
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
