import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, run } from '../process';
import { PostgresError } from './errors';
import type { Place } from './place';
import { handOver, isRoot, makeOwned } from './run-as';

export const superuser = 'jornada';

/** The major version that made the cluster in `folder`, or undefined where there is none. */
export function clusterMajor(folder: string): number | undefined {
  const file = join(clusterFolder(folder), 'PG_VERSION');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

export function clusterFolder(folder: string): string {
  return join(folder, 'cluster');
}

/** The superuser's password, made up on the first call and kept in a file only its owner can read. */
export function clusterPassword(dataDir: string): string {
  const file = join(dataDir, 'password');
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' });
  }
  return readFileSync(file, 'utf8').trim();
}

/** Makes the cluster unless it is there, and sees to it that it belongs to whom the server runs as. */
export async function ensureCluster(place: Place, password: string): Promise<void> {
  const cluster = clusterFolder(place.folder);
  if (clusterMajor(place.folder) === undefined) await initialize(place, cluster, password);
  handOver(place.runAs, cluster);
  if (!isRoot() && lstatSync(cluster).uid !== place.runAs.uid) {
    throw new PostgresError(
      'POSTGRES_DATA_NOT_OURS',
      `The data in ${cluster} belongs to another user (id ${lstatSync(cluster).uid}): run as that user, or choose another home.`,
    );
  }
}

/** Beside its place, then renamed: one that was cut short is never taken for a cluster. */
async function initialize(place: Place, cluster: string, password: string): Promise<void> {
  const unfinished = `${cluster}.unfinished`;
  const passwordFolder = `${cluster}.secret`;
  for (const leftover of [unfinished, passwordFolder]) rmSync(leftover, { recursive: true, force: true });
  makeOwned(place.runAs, unfinished);
  // initdb reads the password as the user it runs as, who may not read ours.
  makeOwned(place.runAs, passwordFolder);
  const passwordFile = join(passwordFolder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (isRoot()) chownSync(passwordFile, place.runAs.uid, place.runAs.uid);
  try {
    const { code, stdout, stderr } = await run(place.runAs.apply(initdb(place, unfinished, passwordFile)));
    if (code !== 0) {
      const reason = (stderr.trim() || stdout.trim()).split('\n').at(-1);
      throw new PostgresError(
        'POSTGRES_INIT_FAILED',
        `initdb of ${place.binaries.folder} could not make a cluster in ${cluster}: ${reason}`,
      );
    }
    renameSync(unfinished, cluster);
  } finally {
    rmSync(passwordFolder, { recursive: true, force: true });
  }
}

function initdb(place: Place, folder: string, passwordFile: string): Command {
  // macOS knows no C.UTF-8.
  const locale = process.platform === 'darwin' ? 'C' : 'C.UTF-8';
  return {
    file: join(place.binaries.folder, 'initdb'),
    args: [
      `--pgdata=${folder}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      `--locale=${locale}`,
      '--encoding=UTF8',
      '--no-sync',
    ],
    cwd: '/',
    env: place.env,
  };
}
