import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

export interface MigrateOptions {
  /** Folder of `NNNN-name.sql` files. Default: `store/migrations` of this package. */
  readonly folder?: string;
  /** Gets one line for each file applied. Default: nobody. */
  readonly log?: (line: string) => void;
  /** Milliseconds to wait for another run to finish. Default 300,000. */
  readonly lockTimeout?: number;
}

export interface AppliedMigration {
  readonly name: string;
  readonly durationMs: number;
}

export type MigrationErrorCode =
  | 'MIGRATION_BAD_NAME'
  | 'MIGRATION_EDITED'
  | 'MIGRATION_OUT_OF_ORDER'
  | 'MIGRATION_FAILED'
  | 'MIGRATION_LOCKED';

export class MigrationError extends Error {
  constructor(
    readonly code: MigrationErrorCode,
    message: string,
    options?: { cause: unknown },
  ) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

/**
 * Brings the database at `url` up to the newest file and returns what it applied, oldest first; nothing when
 * it was up to date. Each file runs in a transaction of its own, or outside any when its first line is
 * `-- no-transaction` (then it must be a single statement that may be run again). Runs that start at the same
 * time queue up. Throws {@link MigrationError} for a file edited after it was applied, a file numbered below
 * one that was applied, and SQL that fails.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<AppliedMigration[]> {
  const files = await readMigrations(options.folder ?? migrationsFolder());
  const client = new Client({ connectionString: url, application_name: 'jornada-migrate' });
  // A lost connection also fails the query in flight, which is where it is reported.
  client.on('error', () => {});
  await client.connect();
  try {
    await lock(client, options.lockTimeout ?? 300_000);
    await client.query(historyTable);
    const pending = await findPending(client, files);
    const applied: AppliedMigration[] = [];
    for (const file of pending) {
      const done = await apply(client, file);
      options.log?.(`migrated ${done.name} in ${done.durationMs} ms`);
      applied.push(done);
    }
    return applied;
  } finally {
    // Ends the session and with it the advisory lock.
    await client.end();
  }
}

/** `store/migrations` of this package, from the sources and from `dist/` alike. */
export function migrationsFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No package.json above ${__dirname}`);
    folder = parent;
  }
  return join(folder, 'store', 'migrations');
}

interface MigrationFile {
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
  readonly transaction: boolean;
}

async function readMigrations(folder: string): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const numbers = new Set<string>();
  const files: MigrationFile[] = [];
  for (const name of names) {
    const number = /^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1];
    if (number === undefined || numbers.has(number)) {
      throw new MigrationError(
        'MIGRATION_BAD_NAME',
        `${name}: a migration is named NNNN-name.sql, in lower case, with a number of its own.`,
      );
    }
    numbers.add(number);
    // A checkout that converts line ends is not an edit.
    const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
    const sha256 = createHash('sha256').update(sql).digest('hex');
    files.push({ name, sql, sha256, transaction: !sql.startsWith('-- no-transaction') });
  }
  return files;
}

/**
 * Asks again and again rather than waiting inside `pg_advisory_lock`: a waiting statement holds a snapshot,
 * and `create index concurrently` of the run that has the lock would wait for it forever.
 */
async function lock(client: Client, timeout: number): Promise<void> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
      advisoryLock,
    ]);
    if (rows[0]?.locked) return;
    if (Date.now() > deadline) {
      throw new MigrationError(
        'MIGRATION_LOCKED',
        `Another migration of this database has been running for more than ${timeout} ms; wait for it, or end it.`,
      );
    }
    await delay(50);
  }
}

/** Arbitrary, but the same in every version: "jornada" as bytes. */
const advisoryLock = '29958884800160865';

const historyTable = `
  create table if not exists schema_migrations (
    name        text primary key,
    sha256      text not null,
    applied_at  timestamptz not null default clock_timestamp(),
    duration_ms integer not null
  )`;

async function findPending(client: Client, files: MigrationFile[]): Promise<MigrationFile[]> {
  const { rows } = await client.query<{ name: string; sha256: string }>(
    'select name, sha256 from schema_migrations order by name',
  );
  const applied = new Map(rows.map((row) => [row.name, row.sha256]));
  const newest = rows.at(-1)?.name ?? '';
  const pending: MigrationFile[] = [];
  for (const file of files) {
    const sha256 = applied.get(file.name);
    if (sha256 === undefined) pending.push(file);
    else if (sha256 !== file.sha256) {
      throw new MigrationError(
        'MIGRATION_EDITED',
        `${file.name} was edited after it was applied to this database: restore it and put the change in a new file.`,
      );
    }
  }
  const late = pending.find((file) => file.name < newest);
  if (late) {
    throw new MigrationError(
      'MIGRATION_OUT_OF_ORDER',
      `${late.name} is numbered below ${newest}, which is applied already: give it the next number.`,
    );
  }
  return pending;
}

async function apply(client: Client, file: MigrationFile): Promise<AppliedMigration> {
  const startedAt = performance.now();
  const elapsed = () => Math.round(performance.now() - startedAt);
  try {
    if (file.transaction) await client.query('begin');
    await client.query(file.sql);
    const durationMs = elapsed();
    await client.query('insert into schema_migrations (name, sha256, duration_ms) values ($1, $2, $3)', [
      file.name,
      file.sha256,
      durationMs,
    ]);
    if (file.transaction) await client.query('commit');
    return { name: file.name, durationMs };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError('MIGRATION_FAILED', `${file.name} failed: ${reason}`, { cause: error });
  }
}
