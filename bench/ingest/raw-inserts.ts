import { type Database, tx } from '../../store/database';
import { crowded } from '../lab/time';

/** What ingest writes rows of, in an order that foreign keys allow: new ones, and profiles that were there before. */
const tables = [
  'profiles',
  'profiles changed',
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
 * The very rows written since the bookmark, by the transaction that wrote each. Of a profile that was there before it is
 * the last version.
 */
export async function rowsSince(db: Database, { transaction, at }: Bookmark): Promise<WrittenBatch[]> {
  const batches = new Map<string, Map<string, unknown[]>>();
  for (const table of tables) {
    const { rows } = await db.query<{ tx: string; row: unknown }>(
      `select xmin::text as tx, to_json(t) as row from ${nameOf(table)} t
       where xmin::text::bigint > $1::bigint and ${agesOf[table] ?? '$2::timestamptz is not null'}`,
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

const agesOf: { readonly [table: string]: string } = {
  profiles: 'created_at >= $2',
  'profiles changed': 'created_at < $2',
};

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
          text: `insert into ${nameOf(table)} overriding system value
                 select * from json_populate_recordset(null::${nameOf(table)}, $1) ${whenThere[table] ?? ''}`,
          values: [JSON.stringify(rows)],
        });
      }
    }),
  );
}

/** An update by key, as an insert says it. */
const whenThere: { readonly [table: string]: string } = {
  'profiles changed': `on conflict (profile_id) do update set traits = excluded.traits,
    trait_times = excluded.trait_times, context_timezone = excluded.context_timezone,
    context_timezone_at = excluded.context_timezone_at, registered_at = excluded.registered_at, stage = excluded.stage,
    stage_since = excluded.stage_since, stage_due_at = excluded.stage_due_at,
    last_activity_at = excluded.last_activity_at`,
};

function nameOf(table: string): string {
  return table === 'profiles changed' ? 'profiles' : table;
}
