import { runCli } from './program';
import { endUnheard } from './unheard';

const { stdout: out, stderr: err, env, argv } = process;
for (const stream of [out, err]) endUnheard(stream);

runCli(argv.slice(2), { out, err, env }).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
