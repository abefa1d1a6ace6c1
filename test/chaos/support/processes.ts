import { join } from 'node:path';
import { clusterFolder } from '../../../sandbox/postgres/cluster';
import { currentFolder } from '../../../sandbox/postgres/place';
import { findPostmaster } from '../../../sandbox/postgres/postmaster';
import { isAlive, run, userEnvironment } from '../../../sandbox/process';
import { liveRecord } from '../../../sandbox/temporal/server-record';

/** The processes of the servers under a home, as they stand at this moment. */
export interface ServerProcesses {
  /** The postmaster, then its children: a process for each connection, and those of its own. */
  readonly postgres: readonly number[];
  readonly temporal: readonly number[];
}

export async function serverProcesses(home: string): Promise<ServerProcesses> {
  const postmaster = await findPostmaster(clusterFolder(currentFolder(join(home, 'postgres'))));
  const temporal = await liveRecord(join(home, 'temporal', 'server.json'));
  return {
    postgres: postmaster ? [postmaster.pid, ...(await childrenOf(postmaster.pid))] : [],
    temporal: temporal ? [temporal.pid] : [],
  };
}

/** kill -9. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}

async function childrenOf(parent: number): Promise<number[]> {
  const { stdout } = await run({ file: 'ps', args: ['-A', '-o', 'pid=,ppid='], env: userEnvironment() });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, ppid]) => ppid === parent)
    .map(([pid]) => Number(pid));
}
