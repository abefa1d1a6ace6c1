import type { Queryable } from './database';
import { isLockTimeout } from './database-errors';

/**
 * Makes sure that the month of `at` has its partition, before a row is written there. Each connection remembers the
 * months it has seen, so this costs a query once a month. Called in the transaction that writes.
 */
export async function ensurePartition(
  db: Queryable,
  parent: 'events' | 'decisions',
  at: Date,
): Promise<void> {
  const child = `${parent}_${at.toISOString().slice(0, 7).replace('-', '_')}`;
  const seen = seenBy.get(db) ?? new Set();
  seenBy.set(db, seen);
  if (seen.has(child)) return;
  if (await isThere(db, child)) {
    seen.add(child);
    return;
  }
  // Who else is making it is waited for, and then looked for again in a statement of its own: inside the function a
  // session goes on believing that there is no such table. It is not remembered: this may still be rolled back.
  await db.query('select pg_advisory_xact_lock(hashtext($1))', [child]);
  if (!(await isThere(db, child))) await db.query('select ensure_partition($1, $2)', [parent, at]);
}

/**
 * Drops the months that had ended by `before`; answers how many. None while somebody reads the table at length: it waits
 * for nobody, a later call drops them.
 */
export async function dropPartitions(db: Queryable, parent: 'decisions', before: Date): Promise<number> {
  try {
    const { rows } = await db.query<{ dropped: number }>('select drop_partitions($1, $2) as dropped', [
      parent,
      before,
    ]);
    return rows[0]?.dropped ?? 0;
  } catch (error) {
    if (isLockTimeout(error)) return 0;
    throw error;
  }
}

async function isThere(db: Queryable, table: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'select from pg_class where relname = $1 and relnamespace = current_schema()::regnamespace',
    [table],
  );
  return rowCount === 1;
}

const seenBy = new WeakMap<Queryable, Set<string>>();
