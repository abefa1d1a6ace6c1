import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresBinaries } from './binaries';
import { copyBinaries, linkLibraries } from './packaged';
import { asNobody, asSelf, canEnter, canRun, inNamespace, isRoot, type RunAs } from './run-as';

/** Where a server keeps its files, which programs it is made of, and who it runs as. */
export interface Place {
  /** Holds `cluster/` (the data) and `lib/` (links for the packaged programs). */
  readonly folder: string;
  readonly binaries: PostgresBinaries;
  readonly env: NodeJS.ProcessEnv;
  readonly runAs: RunAs;
}

/** The folder in use for `dataDir`: itself, unless root had to move it where nobody may enter. */
export function currentFolder(dataDir: string): string {
  const note = join(dataDir, movedNote);
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : dataDir;
}

/**
 * Finds a combination that works. An ordinary user always uses what is there. For root the first of:
 * `nobody` with everything where it is, a user namespace, `nobody` with copies in /var that it can read.
 */
export async function findPlace(dataDir: string, binaries: PostgresBinaries): Promise<Place> {
  makePassable(dataDir);
  const here = place(currentFolder(dataDir), binaries, isRoot() ? asNobody : asSelf);
  if (!isRoot() || (await works(here))) return here;
  const namespace = { ...here, runAs: inNamespace };
  if (await works(namespace)) return namespace;
  return moveForNobody(here, dataDir, { cache: '/var/cache/jornada', data: '/var/lib/jornada' });
}

const movedNote = 'moved-to';

/** Where root puts what nobody could not read elsewhere. */
export interface SharedFolders {
  readonly cache: string;
  readonly data: string;
}

/**
 * Copies for nobody what it cannot reach: the data, and the packaged programs. A note in `dataDir` says where
 * the data went.
 */
export async function moveForNobody(here: Place, dataDir: string, shared: SharedFolders): Promise<Place> {
  let { folder, binaries } = here;
  if (!(await canEnter(asNobody, folder))) {
    const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
    folder = join(shared.data, name);
    makePassable(shared.data);
    makePassable(folder);
    const data = join(here.folder, 'cluster');
    if (existsSync(data)) cpSync(data, join(folder, 'cluster'), { recursive: true });
    writeFileSync(join(dataDir, movedNote), `${folder}\n`);
  }
  const program = join(binaries.folder, 'postgres');
  if (binaries.kind === 'packaged' && !(await canRun(asNobody, program, here.env))) {
    makePassable(shared.cache);
    binaries = copyBinaries(binaries, shared.cache);
  }
  return place(folder, binaries, asNobody);
}

function place(folder: string, binaries: PostgresBinaries, runAs: RunAs): Place {
  const env = binaries.kind === 'packaged' ? linkLibraries(binaries, join(folder, 'lib')) : {};
  return { folder, binaries, runAs, env: { LC_ALL: 'C', ...env } };
}

async function works({ folder, binaries, env, runAs }: Place): Promise<boolean> {
  return (await canEnter(runAs, folder)) && canRun(runAs, join(binaries.folder, 'postgres'), env);
}

/** Others may pass through, not list; what is inside has its own permissions. */
function makePassable(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  if (isRoot()) chmodSync(folder, 0o711);
}
