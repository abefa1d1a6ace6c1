import type { Queryable } from './database';

/** An event as it came, with what is wrong with it. */
export interface Quarantined {
  readonly messageId: string;
  readonly receivedAt: Date;
  /** The sender's clock when it was sent; null when it did not say. */
  readonly sentAt: Date | null;
  /** Name of the source. */
  readonly source: string;
  readonly event: unknown;
  readonly violations: readonly QuarantineViolation[];
}

export interface QuarantineViolation {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Sets events aside. The first arrival of a message id counts, here as for stored events: an id that was seen
 * before changes nothing. Ids must differ within `events`.
 */
export async function insertQuarantined(
  db: Queryable,
  events: readonly Omit<Quarantined, 'receivedAt'>[],
): Promise<void> {
  await db.query(
    `with arrival as materialized (select clock_now() as at),
     incoming as (
       select r.* from jsonb_to_recordset($1::jsonb)
         as r("messageId" text, "sentAt" timestamptz, source text, event jsonb, violations jsonb)
     ),
     fresh as (
       insert into message_ids (message_id, received_at)
       select "messageId", at from incoming, arrival order by "messageId"
       on conflict do nothing
       returning message_id
     )
     insert into quarantine (message_id, received_at, sent_at, source, event, violations)
     -- An event that is JSON null has become an absent one on the way.
     select "messageId", at, "sentAt", source, coalesce(event, 'null'), violations
     from incoming join fresh on message_id = "messageId", arrival`,
    [JSON.stringify(events)],
  );
}

export interface QuarantineFilter {
  readonly messageId?: string;
  /** Of an earlier answer's `next`. */
  readonly after?: QuarantinePosition;
  readonly limit: number;
}

/** A place in the order of arrival; microseconds as text, since a Date holds only milliseconds. */
export interface QuarantinePosition {
  readonly receivedAt: string;
  readonly messageId: string;
}

/** What is still set aside, oldest first; one more than `limit` tells that there is more. */
export async function quarantined(
  db: Queryable,
  filter: QuarantineFilter,
): Promise<readonly (Quarantined & { readonly position: string })[]> {
  const { rows } = await db.query<Quarantined & { position: string }>(
    `select message_id as "messageId", received_at as "receivedAt", sent_at as "sentAt", source, event, violations,
       received_at::text as position
     from quarantine
     where replayed_at is null
       and ($1::text is null or message_id = $1)
       and ($2::timestamptz is null or (received_at, message_id) > ($2::timestamptz, $3))
     order by received_at, message_id
     limit $4`,
    [
      filter.messageId ?? null,
      filter.after?.receivedAt ?? null,
      filter.after?.messageId ?? null,
      filter.limit,
    ],
  );
  return rows;
}

export async function quarantinedEvent(
  db: Queryable,
  messageId: string,
): Promise<(Quarantined & { readonly replayed: boolean }) | undefined> {
  const { rows } = await db.query<Quarantined & { replayed: boolean }>(
    `select message_id as "messageId", received_at as "receivedAt", sent_at as "sentAt", source, event, violations,
       replayed_at is not null as replayed
     from quarantine where message_id = $1`,
    [messageId],
  );
  return rows[0];
}

/** Forgets an event for good; its message id stays taken. False when it is not in quarantine, or was replayed. */
export async function deleteQuarantined(db: Queryable, messageId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'delete from quarantine where message_id = $1 and replayed_at is null',
    [messageId],
  );
  return rowCount === 1;
}
