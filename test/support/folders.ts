import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { findPostmaster, stopPostmaster } from '../../sandbox/postgres/postmaster';
import { commandLine, isAlive, stopProcess } from '../../sandbox/process';
import { liveRecord } from '../../sandbox/temporal/server-record';

const prefix = 'jornada-test-';

/**
 * A folder for the files of a test, which removes it. Should the test be killed first, the next run does, and
 * ends the stacks, and the Postgres and Temporal servers, whose data lies below it.
 */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  // When root runs the tests, Postgres runs as nobody, who must get through to its data.
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, ownerFile), String(process.pid));
  return folder;
}

/** Clears away what runs that were killed have left. */
export async function sweepFolders(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const folder = join(tmpdir(), name);
    const owner = join(folder, ownerFile);
    if (!name.startsWith(prefix) || !existsSync(owner)) continue;
    if (isAlive(Number(readFileSync(owner, 'utf8')))) continue;
    await endServersBelow(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

const ownerFile = 'owner';

async function endServersBelow(folder: string): Promise<void> {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const entry of entries.filter((name) => basename(name) === 'stack.lock')) {
    const [, pid, command] = /^(\d+) (.*)$/s.exec(readFileSync(join(folder, entry), 'utf8')) ?? [];
    if (command && (await commandLine(Number(pid))) === command) await stopProcess(Number(pid), []);
  }
  for (const entry of entries) {
    const path = join(folder, entry);
    if (basename(entry) === 'postmaster.pid') {
      const postmaster = await findPostmaster(dirname(path));
      if (postmaster) await stopPostmaster(postmaster.pid);
    } else if (entry.endsWith(join('temporal', 'server.json'))) {
      const server = await liveRecord(path);
      if (server) await stopProcess(server.pid, []);
    }
  }
}
