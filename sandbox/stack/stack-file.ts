import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the running stack of a home is found, by the CLI and by whoever starts another. */
export interface StackRecord {
  readonly pid: number;
  readonly url: string;
  readonly databaseUrl: string;
  /** `host:port` */
  readonly temporalAddress: string;
  readonly writeKey: string;
  readonly apiToken: string;
}

export function writeStackFile(home: string, record: StackRecord): void {
  const file = stackFile(home);
  writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function removeStackFile(home: string): void {
  rmSync(stackFile(home), { force: true });
}

export function readStackFile(home: string): StackRecord | undefined {
  try {
    return JSON.parse(readFileSync(stackFile(home), 'utf8')) as StackRecord;
  } catch {
    // Not there, or cut off by a crash: nobody lives here.
    return undefined;
  }
}

const stackFile = (home: string) => join(home, 'stack.json');
