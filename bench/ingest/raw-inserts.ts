import { type Database, tx } from '../../store/database';
import { crowded } from '../lab/time';

/** The tables that ingest adds rows to, in an order that foreign keys allow. */
const tables = [
  'profiles',
  'identifiers',
  'message_ids',
  'events',
  'identity_changes',
  'subscriptions',
  'consent_changes',
  'stage_changes',
  'enrollments',
  'enrollment_changes',
  'outbox',
] as const;

/** The rows of one transaction, by table. */
export type WrittenBatch = ReadonlyMap<string, readonly unknown[]>;

/** A point in a database's life, to tell by what was written later. */
export interface Bookmark {
  readonly transaction: string;
  readonly at: Date;
}

export async function bookmark(db: Database): Promise<Bookmark> {
  const { rows } = await db.query<Bookmark>(
    'select pg_current_xact_id()::text as transaction, clock_now() as at',
  );
  const [mark] = rows;
  if (!mark) throw new Error('A select of one row answered none');
  return mark;
}

/**
 * The very rows added since the bookmark, by the transaction that wrote each. New versions of profiles that were there
 * before are left out: inserts have no counterpart to an update.
 */
export async function rowsSince(db: Database, { transaction, at }: Bookmark): Promise<WrittenBatch[]> {
  const batches = new Map<string, Map<string, unknown[]>>();
  for (const table of tables) {
    const { rows } = await db.query<{ tx: string; row: unknown }>(
      `select xmin::text as tx, to_json(t) as row from ${table} t
       where xmin::text::bigint > $1::bigint ${table === 'profiles' ? 'and created_at >= $2' : 'and $2::timestamptz is not null'}`,
      [transaction, at],
    );
    for (const { tx: id, row } of rows) {
      const batch = batches.get(id) ?? new Map<string, unknown[]>();
      batches.set(id, batch);
      const own = batch.get(table);
      if (own) own.push(row);
      else batch.set(table, [row]);
    }
  }
  return [...batches.values()];
}

/** Inserts rows as they are, a transaction for each batch, on so many connections: the best that plain inserts do. */
export async function insertRaw(
  db: Database,
  batches: readonly WrittenBatch[],
  lanes: number,
): Promise<void> {
  await crowded(batches, lanes, (batch) =>
    tx(db, async (client) => {
      for (const [table, rows] of batch) {
        await client.query({
          name: `raw-${table}`,
          text: `insert into ${table} overriding system value select * from json_populate_recordset(null::${table}, $1)`,
          values: [JSON.stringify(rows)],
        });
      }
    }),
  );
}
