import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { userEnvironment } from './process';

/**
 * Folder for what can be made again: `$XDG_CACHE_HOME/jornada`, else `~/.cache/jornada`, else, for users
 * without a home they can write to, one of their own in the folder for temporary files.
 */
export function cacheFolder(): string {
  const wanted = join(userEnvironment().XDG_CACHE_HOME || join(homedir(), '.cache'), 'jornada');
  if (isWritable(wanted)) return wanted;
  const own = join(tmpdir(), `jornada-cache-${process.getuid?.() ?? 'user'}`);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  return own;
}

function isWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    // Read-only or another user's.
    return false;
  }
}
