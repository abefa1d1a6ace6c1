import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { commandLine, isAlive, stopProcess, workingFolder } from '../process';

/** What `postmaster.pid` of a cluster says about the server that runs on it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/**
 * The live server of a cluster, or undefined. A lock file whose process is gone, or whose number now belongs
 * to a process of another kind, is removed: Postgres would otherwise refuse to start beside the latter.
 */
export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const lockFile = join(cluster, 'postmaster.pid');
  const [pid, , , port] = readLines(lockFile);
  if (pid === undefined || !Number.isInteger(Number(pid))) return undefined;
  if (isAlive(Number(pid)) && (await serves(Number(pid), cluster))) {
    return { pid: Number(pid), port: Number(port) };
  }
  rmSync(lockFile, { force: true });
  return undefined;
}

/** The folder of the programs the server was started from. */
export function programFolder(cluster: string): string {
  const program = readLines(join(cluster, 'postmaster.opts'))[0]?.split(' ')[0];
  return program === undefined ? 'unknown' : dirname(program);
}

/** Disconnects its clients and shuts it down; what it acknowledged is kept even if it must be killed. */
export function stopPostmaster(pid: number): Promise<void> {
  return stopProcess(pid, [
    ['SIGINT', 15_000],
    ['SIGQUIT', 5_000],
  ]);
}

async function serves(pid: number, cluster: string): Promise<boolean> {
  // A server works in its data folder.
  const folder = workingFolder(pid);
  if (folder !== undefined) return folder === realpathSync(cluster);
  const command = await commandLine(pid);
  return command !== undefined && basename(command.split(' ')[0] ?? '').startsWith('postgres');
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    // No such file: nothing runs there.
    return [];
  }
}
