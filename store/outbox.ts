import type { Queryable } from './database';
import { laneOf } from './lanes';

/** The writing side of the outbox: what a run's workflow is to be told. */
export interface NewOutboxRow {
  readonly profileId: string;
  readonly enrollmentId: string;
  readonly kind: 'start' | 'event' | 'end' | 'zone' | 'settled' | 'resumed' | 'move';
  /** JSON: the run's input for `start`, else the delivery. */
  readonly payload: unknown;
}

/**
 * Adds rows in this order and wakes the dispatchers when the transaction commits. Call it under the customer's lock:
 * it is what keeps the order per customer.
 */
export async function insertOutbox(tx: Queryable, rows: readonly NewOutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query({
    name: 'outbox-insert',
    text: `with told as (
             insert into outbox (lane, profile_id, enrollment_id, kind, payload)
             select lane, "profileId", "enrollmentId", kind, payload from json_to_recordset($1)
               as r(lane smallint, "profileId" uuid, "enrollmentId" uuid, kind text, payload jsonb)
             returning 1
           )
           select pg_notify('jornada_outbox', '') from (select count(*) from told) as all_of_them`,
    values: [JSON.stringify(rows.map((row) => ({ lane: laneOf(row.profileId), ...row })))],
  });
}
