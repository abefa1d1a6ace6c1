import { runCli } from './program';

const { stdout: out, stderr: err, env, argv } = process;

// A reader that has seen enough (`| head`) is no failure.
out.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

runCli(argv.slice(2), { out, err, env }).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
