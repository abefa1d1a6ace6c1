import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, waitForExit } from '../process';
import { readStackFile } from './stack-file';

export class HomeInUse extends Error {
  readonly code = 'HOME_IN_USE';

  constructor(pid: number, url: string | undefined) {
    super(
      `A stack already runs in this home${url === undefined ? '' : `, at ${url}`} (process ${pid}). Stop it, or choose another --home.`,
    );
    this.name = 'HomeInUse';
  }
}

/**
 * Makes this process the only stack of a home, and answers how to leave it. What a killed one left is taken over; it
 * can look alive a moment longer. Throws {@link HomeInUse}.
 */
export async function claimHome(home: string): Promise<() => void> {
  const file = join(home, 'stack.lock');
  const claim = `${process.pid} ${await commandLine(process.pid)}`;
  while (!isCreated(file, claim)) {
    const owner = await livingOwner(file);
    if (owner !== undefined) throw new HomeInUse(owner, readStackFile(home)?.url);
    rmSync(file, { force: true });
  }
  return () => rmSync(file, { force: true });
}

function isCreated(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Of a process that has ended the number may be another's by now: it is told by what it was started as. */
async function livingOwner(file: string): Promise<number | undefined> {
  const [, number, command] = /^(\d+) (.*)$/s.exec(read(file)) ?? [];
  const pid = Number(number);
  if (number === undefined || pid === process.pid || (await waitForExit(pid, 3_000))) return undefined;
  return (await commandLine(pid)) === command ? pid : undefined;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It was just removed.
    return '';
  }
}
