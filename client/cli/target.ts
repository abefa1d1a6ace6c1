import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { openDatabase, type Database } from '../../store/database';
import { CliError, exitCodes } from './exit-codes';

export interface TargetOptions {
  readonly home?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** What the running stack of a home leaves there for us. */
const stackFile = z.object({
  url: z.string(),
  databaseUrl: z.string(),
  temporalAddress: z.string(),
  apiToken: z.string(),
});

/** The database to work on: that of the home given, else DATABASE_URL, else that of the usual home. */
export function findDatabase(options: TargetOptions): string {
  const { home, env } = options;
  if (home === undefined && env.DATABASE_URL) return env.DATABASE_URL;
  return findStack(options).databaseUrl;
}

/** The stack that runs in the home. */
export function findStack({ home, env }: TargetOptions): z.infer<typeof stackFile> {
  const folder = resolve(home ?? (env.JORNADA_HOME || '.jornada'));
  const file = join(folder, 'stack.json');
  try {
    return stackFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new CliError(
      exitCodes.unreachable,
      'no_stack',
      `No stack runs in ${folder}. Start one with \`npx jornada up\`, name its home with --home, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

/** Opens the database for the time of `work`. */
export async function withDatabase<T>(
  options: TargetOptions,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const db = openDatabase(findDatabase(options), { max: 2, applicationName: 'jornada-cli' });
  try {
    return await work(db);
  } finally {
    await db.end();
  }
}
