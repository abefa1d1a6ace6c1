import type { Queryable } from './database';

/** The reading side of the outbox: what the workflows have still to be told. */
export interface OutboxRow {
  readonly outboxId: number;
  readonly lane: number;
  readonly profileId: string;
  readonly enrollmentId: string;
  readonly journey: string;
  readonly kind: 'start' | 'event' | 'end' | 'zone' | 'settled' | 'resumed' | 'move';
  /** JSON text: its length bounds what is told at once. */
  readonly payload: string;
  readonly attempts: number;
  /** By the wall clock. */
  readonly createdAt: Date;
  /** Jornada's clock minus the wall clock when the row was read; 0 in production. */
  readonly clockOffsetMs: number;
}

export interface OutboxFetch {
  readonly owner: string;
  readonly lanes: readonly number[];
  /** Customers and enrollments being told already: what is behind has to wait for what is before. */
  readonly busyProfiles: readonly string[];
  readonly busyEnrollments: readonly string[];
  readonly limit: number;
}

/** The oldest rows of the lanes, in commit order per customer. Lanes whose lease ran out are passed over. */
export async function fetchOutbox(db: Queryable, fetch: OutboxFetch): Promise<OutboxRow[]> {
  const { rows } = await db.query<OutboxRow>({
    name: 'outbox-fetch',
    text: `select o.outbox_id as "outboxId", o.lane, o.profile_id as "profileId",
             o.enrollment_id as "enrollmentId", e.journey, o.kind, o.payload::text as payload, o.attempts,
             o.created_at as "createdAt",
             case when c.held_at is null then c.offset_ms
                  else (extract(epoch from c.held_at - clock_timestamp()) * 1000)::bigint end as "clockOffsetMs"
           from outbox o join enrollments e using (enrollment_id) cross join clock c
           where o.lane in (select l.lane from outbox_lanes l
                            where l.owner = $1 and l.lane = any($2::smallint[]) and l.leased_until > clock_timestamp())
             and o.profile_id <> all($3::uuid[]) and o.enrollment_id <> all($4::uuid[])
           order by o.outbox_id limit $5`,
    values: [fetch.owner, fetch.lanes, fetch.busyProfiles, fetch.busyEnrollments, fetch.limit],
  });
  return rows;
}

export async function deleteOutbox(db: Queryable, outboxIds: readonly number[]): Promise<void> {
  await db.query({
    name: 'outbox-delete',
    text: 'delete from outbox where outbox_id = any($1::bigint[])',
    values: [outboxIds],
  });
}

/** Counts one failed try and keeps its error; answers how many there have been. */
export async function countOutboxAttempt(db: Queryable, outboxId: number, error: string): Promise<number> {
  const { rows } = await db.query<{ attempts: number }>(
    'update outbox set attempts = attempts + 1, last_error = $2 where outbox_id = $1 returning attempts',
    [outboxId, error],
  );
  return rows[0]?.attempts ?? 0;
}

/** Takes a row that cannot be delivered out of the customer's way, with its last error. */
export async function setAsideOutbox(db: Queryable, outboxId: number): Promise<void> {
  await db.query(
    `with gone as (delete from outbox where outbox_id = $1 returning *)
     insert into outbox_set_aside (outbox_id, profile_id, enrollment_id, kind, payload, attempts, last_error)
     select outbox_id, profile_id, enrollment_id, kind, payload, attempts, coalesce(last_error, '') from gone
     on conflict (outbox_id) do nothing`,
    [outboxId],
  );
}

/** Whether the start of this enrollment has still to be delivered. */
export async function hasPendingStart(db: Queryable, enrollmentId: string): Promise<boolean> {
  const { rows } = await db.query<{ pending: boolean }>(
    `select exists (select from outbox where enrollment_id = $1 and kind = 'start') as pending`,
    [enrollmentId],
  );
  return rows[0]?.pending ?? false;
}

export interface OutboxBacklog {
  readonly rows: number;
  /** How long the oldest has waited, by the wall clock. */
  readonly oldestSeconds: number;
}

export async function outboxBacklog(db: Queryable): Promise<OutboxBacklog> {
  const { rows } = await db.query<OutboxBacklog>(
    `select count(*) as rows,
       coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 as "oldestSeconds"
     from outbox`,
  );
  return rows[0] ?? { rows: 0, oldestSeconds: 0 };
}
