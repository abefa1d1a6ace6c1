import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { commandLine, isAlive } from '../process';

/** What a later start needs to know to adopt the server. */
export interface ServerRecord {
  readonly pid: number;
  readonly port: number;
  readonly uiPort: number | undefined;
  readonly origin: string;
}

export function writeRecord(file: string, record: ServerRecord): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(record)}\n`);
  renameSync(`${file}.new`, file);
}

export function removeRecord(file: string): void {
  rmSync(file, { force: true });
}

/** The server of an earlier start that still runs; a record of one that does not is removed. */
export async function liveRecord(file: string): Promise<ServerRecord | undefined> {
  const record = readRecord(file);
  if (!record) return undefined;
  if (isAlive(record.pid) && (await isThatServer(record))) return record;
  removeRecord(file);
  return undefined;
}

/** Process numbers are given out again. */
async function isThatServer({ pid, port }: ServerRecord): Promise<boolean> {
  const command = await commandLine(pid);
  return command?.includes(`start-dev --ip 127.0.0.1 --port ${port} `) ?? false;
}

function readRecord(file: string): ServerRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ServerRecord;
  } catch {
    // None, or cut short: nothing to adopt.
    return undefined;
  }
}
