import type { Queryable } from './database';

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
  const { rows } = await db.query<{ there: boolean }>('select to_regclass($1) is not null as there', [child]);
  // One that is made here is not remembered: this transaction may still be rolled back.
  if (rows[0]?.there) seen.add(child);
  else await db.query('select ensure_partition($1, $2)', [parent, at]);
}

const seenBy = new WeakMap<Queryable, Set<string>>();
