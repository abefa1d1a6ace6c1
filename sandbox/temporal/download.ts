import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../config/package-root';
import { userEnvironment } from '../process';

export type DownloadResult =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly reason: string };

/** The release of Temporal's CLI to download; its server can skip time. */
const release = 'v1.9.1';

/** Where a download ends up; the name is the SDK's. */
export function downloadedPath(cache: string): string {
  return join(downloadFolder(cache), `temporal-${release}`);
}

/**
 * Lets Temporal's SDK fetch its CLI, in a process of its own: the SDK's runtime, once started, could not be
 * configured any more in this one. Gives up when nothing has arrived for `patience` milliseconds (15,000),
 * so that a machine without a way out does not wait for long.
 */
export async function downloadTemporal(cache: string, patience = 15_000): Promise<DownloadResult> {
  const folder = downloadFolder(cache);
  await mkdir(folder, { recursive: true });
  const script = join(packageRoot(), 'sandbox', 'temporal', 'download-with-sdk.js');
  const child = spawn(process.execPath, [script, folder, release], {
    env: userEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = await watch(child, folder, patience);
  if (ended.stalled) return { ok: false, reason: `nothing arrived for ${patience / 1000} seconds` };
  if (ended.code === 0) return { ok: true, path: downloadedPath(cache) };
  return { ok: false, reason: innermost(errors) };
}

function downloadFolder(cache: string): string {
  return join(cache, 'temporal-download');
}

function watch(
  child: ChildProcess,
  folder: string,
  patience: number,
): Promise<{ stalled: boolean; code: number | null }> {
  return new Promise((resolve, reject) => {
    let stalled = false;
    let size = -1;
    let grewAt = Date.now();
    const timer = setInterval(() => {
      const now = sizeOf(folder);
      if (now !== size) grewAt = Date.now();
      size = now;
      if (Date.now() - grewAt > patience) {
        stalled = true;
        child.kill('SIGKILL');
      }
    }, 250);
    child.once('error', (error) => {
      clearInterval(timer);
      reject(error);
    });
    child.once('close', (code) => {
      clearInterval(timer);
      resolve({ stalled, code });
    });
  });
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

/** Of an error that tells its causes, each with the address again, what is at the bottom of it. */
function innermost(text: string): string {
  const line = text.trim().split('\n').at(-1) || 'unknown';
  return line.split(': ').slice(-2).join(': ');
}
