import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readlinkSync, renameSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A program with its arguments, and who it runs as (default: this process's user). */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The whole environment: nothing is inherited. */
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

export interface CommandResult {
  /** Null when a signal ended it, it could not be started, or it took longer than `timeout`. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Milliseconds, then it is killed. Default 120,000. */
  readonly timeout?: number;
  /** Gets what it writes to either stream, as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a command to its end. A failure is a result, not an exception. */
export function run(command: Command, options: RunOptions = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command.file, command.args, {
      ...spawnOptions(command),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Not spawn's own timeout: its timer outlives a program that could not be started.
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeout ?? 120_000);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      options.onOutput?.(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      options.onOutput?.(text);
    });
    const finish = (code: number | null, reason: string) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr: stderr || reason });
    };
    child.on('error', (error) => finish(null, error.message));
    child.on('close', (code) => finish(code, ''));
  });
}

/**
 * Starts a server in a session of its own, so that neither Ctrl-C nor the death of this process reaches it,
 * with its output appended to `logFile`. Returns its pid.
 */
export function startServer(command: Command, logFile: string): Promise<number> {
  const log = openLog(logFile);
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, command.args, {
      ...spawnOptions(command),
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    child.once('error', reject);
    child.once('spawn', () => {
      child.unref();
      resolve(child.pid as number);
    });
  });
}

/** Whether a process is running. One that has ended and waits to be reaped is not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to someone else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

/** Resolves to whether the process was gone within `timeout` milliseconds. */
export async function waitForExit(pid: number, timeout: number): Promise<boolean> {
  const deadline = Date.now() + timeout;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await delay(20);
  }
  return true;
}

/**
 * Sends each signal in turn, waiting its milliseconds for the process to go before the next.
 * SIGKILL comes last by itself.
 */
export async function stopProcess(pid: number, signals: readonly [NodeJS.Signals, number][]): Promise<void> {
  for (const [signal, patience] of [...signals, ['SIGKILL', 5_000] as const]) {
    if (!sendSignal(pid, signal)) return;
    if (await waitForExit(pid, patience)) return;
  }
}

/** What a process was started as, or undefined where that cannot be read. */
export async function commandLine(pid: number): Promise<string | undefined> {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    // No /proc (macOS) or no such process: ps tells the two apart.
    const { code, stdout } = await run(
      { file: 'ps', args: ['-o', 'command=', '-p', String(pid)], env: userEnvironment() },
      { timeout: 5_000 },
    );
    return code === 0 ? stdout.trim() : undefined;
  }
}

/** PATH, HOME and the like, for tools of the user's that need them. Settings are not read from here. */
export function userEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

/** The folder a process works in, where the system tells (Linux). */
export function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The state follows the name, which stands in parentheses and may contain some.
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    // Gone already.
    return false;
  }
}

/** A log past 10 MB is set aside, once. */
function openLog(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 10_000_000) renameSync(file, `${file}.old`);
  return openSync(file, 'a', 0o600);
}

function spawnOptions({ cwd, env, uid, gid }: Command) {
  return {
    ...(cwd !== undefined && { cwd }),
    env: env ?? {},
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  };
}
