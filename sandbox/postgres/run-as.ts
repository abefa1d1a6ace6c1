import { chmodSync, chownSync, existsSync, lchownSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, run } from '../process';

/**
 * Who the server runs as. Postgres refuses root and any user id without a name, so root becomes `nobody`:
 * by its user id, or, where nobody may not enter the folders, by a user namespace in which root bears that
 * id and still reads what is root's.
 */
export interface RunAs {
  readonly kind: 'self' | 'nobody' | 'namespace';
  /** The user that the data must belong to. */
  readonly uid: number;
  /** `command`, run as that user. */
  apply(command: Command): Command;
}

const nobody = 65_534;

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

export const asSelf: RunAs = { kind: 'self', uid: process.getuid?.() ?? 0, apply: (command) => command };

export const asNobody: RunAs = {
  kind: 'nobody',
  uid: nobody,
  apply: (command) => ({ ...command, uid: nobody, gid: nobody }),
};

export const inNamespace: RunAs = {
  kind: 'namespace',
  uid: 0,
  apply: ({ file, args, ...rest }) => ({
    ...rest,
    file: 'unshare',
    args: ['--user', `--map-user=${nobody}`, '--', file, ...args],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', ...rest.env },
  }),
};

/** Whether that user may enter `folder`. */
export async function canEnter(who: RunAs, folder: string): Promise<boolean> {
  const command: Command = { file: '/bin/sh', args: ['-c', 'cd -- "$1"', 'sh', folder], cwd: '/' };
  return (await run(who.apply(command), { timeout: 10_000 })).code === 0;
}

/** Whether that user can run a program of Postgres, its libraries included. */
export async function canRun(who: RunAs, program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const command: Command = { file: program, args: ['--version'], cwd: '/', env };
  return (await run(who.apply(command), { timeout: 10_000 })).code === 0;
}

/** Makes a folder that is that user's alone. */
export function makeOwned(who: RunAs, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  if (isRoot()) chownSync(folder, who.uid, who.uid);
}

/** Hands a folder with all it holds to that user; nothing to do when it is theirs. */
export function handOver(who: RunAs, folder: string): void {
  if (!isRoot() || !existsSync(folder) || lstatSync(folder).uid === who.uid) return;
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(folder, entry), who.uid, who.uid);
  }
  // The folder itself last: what was interrupted is begun again.
  lchownSync(folder, who.uid, who.uid);
}
