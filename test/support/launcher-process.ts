import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface LauncherProcess<Server> {
  readonly child: ChildProcess;
  /** What the launcher printed once its server was up. */
  readonly server: Server;
  /** kill -9, as a crash or an impatient operator would. */
  kill(): Promise<void>;
}

/** Runs a launcher of test/sandbox/launch in a process of its own, to be killed. */
export async function launchInProcess<Server>(
  name: 'postgres' | 'temporal' | 'stack',
  args: string[],
  user: { uid?: number; gid?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<LauncherProcess<Server>> {
  const root = join(__dirname, '..', '..');
  const runner = join(root, 'test', 'support', 'run-typescript.js');
  const script = join(root, 'test', 'sandbox', 'launch', `${name}.ts`);
  const child = spawn(process.execPath, [runner, script, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  const exited = once(child, 'exit');
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  const server = await new Promise<Server>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
      if (output.includes('\n')) resolve(JSON.parse(output) as Server);
    });
    child.once('exit', () => reject(new Error(`The launcher ended: ${errors}`)));
  });
  return {
    child,
    server,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
