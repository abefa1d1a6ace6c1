import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder } from '../cache-folder';
import { userEnvironment } from '../process';
import { buildTemporal, builtPath } from './build';
import { downloadTemporal, downloadedPath } from './download';
import { TemporalError } from './errors';
import { canSkipTime, type TemporalVersions, versionsOf } from './version';

export interface TemporalExecutable {
  readonly path: string;
  readonly kind: 'installed' | 'cached' | 'downloaded' | 'built';
  readonly versions: TemporalVersions;
}

export interface FindTemporalOptions {
  readonly log: (line: string) => void;
  /** Default: the user's cache folder. */
  readonly cache?: string;
}

/**
 * A `temporal` program whose server can skip time, from the first place that has one: PATH, our cache, the
 * download of Temporal's SDK, a build with Go. Where none can be had, an older one on PATH must do. Throws
 * {@link TemporalError} when there is none at all.
 */
export async function findTemporal(options: FindTemporalOptions): Promise<TemporalExecutable> {
  const { log } = options;
  const cache = options.cache ?? cacheFolder();
  const installed = await firstOf(onPath(), 'installed');
  if (installed && canSkipTime(installed.versions.server)) return installed;
  const cached = await firstOf([builtPath(cache), downloadedPath(cache)], 'cached');
  if (cached) return cached;

  log('Temporal: no server on this machine yet, trying to download one');
  const downloaded = await downloadTemporal(cache);
  if (downloaded.ok) {
    const found = await firstOf([downloaded.path], 'downloaded');
    if (found && canSkipTime(found.versions.server)) return found;
  } else {
    log(`Temporal: no download (${downloaded.reason})`);
  }
  const built = await buildTemporal(cache, log);
  if (built.ok) {
    const found = await firstOf([built.path], 'built');
    if (found) return found;
  } else {
    log(`Temporal: no build (${built.reason})`);
  }
  if (installed) return installed;
  throw new TemporalError(
    'TEMPORAL_NOT_FOUND',
    'No Temporal server: it could be neither downloaded nor built. Allow access to temporal.download, or install ' +
      'Go 1.26 (https://go.dev/dl) and start again, or set TEMPORAL_ADDRESS to a server that runs.',
  );
}

async function firstOf(
  paths: string[],
  kind: TemporalExecutable['kind'],
): Promise<TemporalExecutable | undefined> {
  for (const path of paths) {
    const versions = existsSync(path) ? await versionsOf(path) : undefined;
    if (versions) return { path, kind, versions };
  }
  return undefined;
}

function onPath(): string[] {
  return (userEnvironment().PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'temporal'));
}
