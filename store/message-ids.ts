import type { Queryable } from './database';

/** Takes message ids and answers those that were free. One that another transaction is taking is waited for. */
export async function claimMessageIds(tx: Queryable, messageIds: readonly string[]): Promise<Set<string>> {
  if (messageIds.length === 0) return new Set();
  const { rows } = await tx.query<{ messageId: string }>({
    name: 'message-ids-claim',
    // In one order everywhere: two batches that share ids wait for each other instead of colliding.
    text: `insert into message_ids (message_id, received_at)
           select id, (select clock_now()) from unnest($1::text[]) as given(id) order by id
           on conflict do nothing returning message_id as "messageId"`,
    values: [messageIds],
  });
  return new Set(rows.map((row) => row.messageId));
}

/** Takes events out of quarantine to be replayed and answers those that were still in it. */
export async function claimReplays(tx: Queryable, messageIds: readonly string[]): Promise<Set<string>> {
  if (messageIds.length === 0) return new Set();
  const { rows } = await tx.query<{ messageId: string }>(
    `with waiting as (
       select message_id from quarantine
       where message_id = any($1::text[]) and replayed_at is null
       order by message_id for update
     )
     update quarantine q set replayed_at = clock_now()
     from waiting where q.message_id = waiting.message_id
     returning q.message_id as "messageId"`,
    [messageIds],
  );
  return new Set(rows.map((row) => row.messageId));
}

/** Forgets message ids first seen before `before`, at most `limit` of them; answers how many. */
export async function forgetMessageIds(db: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from message_ids where message_id in (
       select message_id from message_ids where received_at < $1 order by received_at limit $2
       for update skip locked)`,
    [before, limit],
  );
  return rowCount ?? 0;
}
