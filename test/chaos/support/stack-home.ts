import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Stack } from '../../../sandbox/stack';
import { killAll, serverProcesses } from './processes';

export type StackAddress = Omit<Stack, 'stop'>;

/** What of a stack is killed. The process itself always is: nobody else would start what is killed beside it. */
export type Victims = 'the process' | 'the process and Postgres' | 'the process and Temporal' | 'everything';

/** A stack in a process of its own with its own servers, to be killed and started again on one home. */
export class StackHome {
  private child: ChildProcess | undefined;
  private port = '0';

  constructor(
    readonly home: string,
    private readonly clock: string,
  ) {}

  /** Starts it, and resolves once it works; to undefined when it was killed before. */
  async start(): Promise<StackAddress | undefined> {
    if (this.child && !hasEnded(this.child)) throw new Error('The stack runs already');
    const root = join(__dirname, '..', '..', '..');
    const runner = join(root, 'test', 'support', 'run-typescript.js');
    const script = join(root, 'test', 'sandbox', 'launch', 'stack.ts');
    const first = this.port === '0';
    const child = spawn(
      process.execPath,
      [runner, script, this.home, this.port, ...(first ? [this.clock] : [])],
      { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.child = child;
    const address = await addressFrom(child);
    if (address && first) this.port = new URL(address.url).port;
    return address;
  }

  /** Starts it, to stay. */
  async up(): Promise<StackAddress> {
    const address = await this.start();
    if (!address) throw new Error('The stack was killed while it started');
    return address;
  }

  /** kill -9. Resolves when they are gone. */
  async kill(victims: Victims): Promise<void> {
    const { child } = this;
    const servers = await serverProcesses(this.home);
    const exited = child && hasEnded(child) ? undefined : child && once(child, 'exit');
    child?.kill('SIGKILL');
    if (victims === 'everything' || victims === 'the process and Temporal') killAll(servers.temporal);
    if (victims === 'everything' || victims === 'the process and Postgres') killAll(servers.postgres);
    await exited;
  }

  /** SIGTERM. Answers the exit code and the seconds it took. */
  async stop(): Promise<{ code: number | null; seconds: number }> {
    const { child } = this;
    const began = performance.now();
    if (child && !hasEnded(child)) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    return { code: child?.exitCode ?? null, seconds: (performance.now() - began) / 1_000 };
  }
}

/** Throws when it ended by itself. */
async function addressFrom(child: ChildProcess): Promise<StackAddress | undefined> {
  let output = '';
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk).slice(-10_000);
  });
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk;
      if (output.includes('\n')) resolve(JSON.parse(output) as StackAddress);
    });
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve(undefined);
      else reject(new Error(`The stack ended (${code ?? signal}): ${errors}`));
    });
  });
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
