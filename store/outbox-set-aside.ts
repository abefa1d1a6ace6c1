import type { Queryable } from './database';
import { insertOutbox, type NewOutboxRow } from './outbox';

/** A row that could not be delivered after bounded tries. */
export interface SetAsideRow {
  readonly outboxId: number;
  readonly profileId: string;
  readonly enrollmentId: string;
  readonly kind: string;
  readonly attempts: number;
  readonly lastError: string;
  readonly setAsideAt: Date;
}

const columns = `outbox_id as "outboxId", profile_id as "profileId", enrollment_id as "enrollmentId", kind, attempts,
  last_error as "lastError", set_aside_at as "setAsideAt"`;

/** Oldest first. */
export async function listSetAside(db: Queryable, limit: number): Promise<SetAsideRow[]> {
  const { rows } = await db.query<SetAsideRow>(
    `select ${columns} from outbox_set_aside order by outbox_id limit $1`,
    [limit],
  );
  return rows;
}

/**
 * Puts rows back at the end of the outbox, in their order, to be tried afresh: those given, else all. Answers those
 * it put back. Runs in a transaction of the caller's.
 */
export async function retrySetAside(tx: Queryable, outboxIds?: readonly number[]): Promise<SetAsideRow[]> {
  // The order per customer holds only under the customer's lock.
  await tx.query(
    `select from profiles where profile_id in (
       select profile_id from outbox_set_aside where $1::bigint[] is null or outbox_id = any($1))
     order by profile_id for update`,
    [outboxIds ?? null],
  );
  const { rows } = await tx.query<SetAsideRow & Pick<NewOutboxRow, 'kind' | 'payload'>>(
    `delete from outbox_set_aside where $1::bigint[] is null or outbox_id = any($1) returning ${columns}, payload`,
    [outboxIds ?? null],
  );
  rows.sort((a, b) => a.outboxId - b.outboxId);
  await insertOutbox(
    tx,
    rows.map(({ profileId, enrollmentId, kind, payload }) => ({ profileId, enrollmentId, kind, payload })),
  );
  return rows.map(({ payload: _payload, ...row }) => row);
}
