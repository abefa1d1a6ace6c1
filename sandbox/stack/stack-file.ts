import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitForExit } from '../process';

/** Where the running stack of a home is found, by the CLI and by a second start. */
export interface StackRecord {
  readonly pid: number;
  readonly url: string;
  readonly databaseUrl: string;
  readonly writeKey: string;
  readonly apiToken: string;
}

export class HomeInUse extends Error {
  readonly code = 'HOME_IN_USE';
}

/** Throws when another stack lives in `home`. One that was just killed can look alive a moment longer. */
export async function ensureHomeIsFree(home: string): Promise<void> {
  const record = readStackFile(home);
  if (!record || record.pid === process.pid || (await waitForExit(record.pid, 3_000))) return;
  throw new HomeInUse(
    `A stack already runs in this home, at ${record.url} (process ${record.pid}). Stop it, or choose another --home.`,
  );
}

export function writeStackFile(home: string, record: StackRecord): void {
  const file = stackFile(home);
  writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function removeStackFile(home: string): void {
  rmSync(stackFile(home), { force: true });
}

function readStackFile(home: string): StackRecord | undefined {
  try {
    return JSON.parse(readFileSync(stackFile(home), 'utf8')) as StackRecord;
  } catch {
    // Not there, or cut off by a crash: nobody lives here.
    return undefined;
  }
}

const stackFile = (home: string) => join(home, 'stack.json');
