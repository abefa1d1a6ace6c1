import type { Queryable } from './database';

/** A send that was asked for while it was held back. */
export interface HeldSend {
  readonly enrollmentId: string;
  readonly step: string;
  readonly occurrence: number;
  readonly journey: string;
  readonly message: string;
  readonly heldBy: 'paused' | 'halted';
}

/** Notes that a send waits, so that its run is told when it may ask again. Asked again while it waits, it keeps its place. */
export async function noteHeldSend(tx: Queryable, send: HeldSend): Promise<void> {
  await tx.query({
    name: 'held-send-note',
    text: `insert into held_sends (enrollment_id, step, occurrence, journey, message, held_by, since)
           values ($1, $2, $3, $4, $5, $6, clock_now()) on conflict do nothing`,
    values: [send.enrollmentId, send.step, send.occurrence, send.journey, send.message, send.heldBy],
  });
}

/** Journeys that have sends waiting and are held back no longer. */
export async function journeysToRelease(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ journey: string }>({
    name: 'held-sends-journeys',
    // From one journey to the next by index: there may be a hundred thousand sends of each.
    text: `with recursive waiting as (
             (select journey from held_sends order by journey limit 1)
             union all
             select (select h.journey from held_sends h where h.journey > w.journey order by h.journey limit 1)
             from waiting w where w.journey is not null
           )
           select journey from waiting where journey is not null and held_by(journey) is null`,
  });
  return rows.map(({ journey }) => journey);
}

export interface ReleasedSend {
  readonly enrollmentId: string;
  readonly profileId: string;
  /** Whether its run is still there to be told. */
  readonly open: boolean;
}

/**
 * Takes the sends of a journey that have waited longest off the list. One that is unknown, and whose second create was
 * held back, is due for a look at once. What another process is releasing is passed over.
 */
export async function releaseHeldSends(
  tx: Queryable,
  { journey, limit }: { readonly journey: string; readonly limit: number },
): Promise<ReleasedSend[]> {
  const { rows } = await tx.query<ReleasedSend>({
    name: 'held-sends-release',
    text: `with next as materialized (
             select enrollment_id, step, occurrence from held_sends where journey = $1
             order by since limit $2 for update skip locked
           ),
           released as (
             delete from held_sends h using next
             where (h.enrollment_id, h.step, h.occurrence) = (next.enrollment_id, next.step, next.occurrence)
           ),
           woken as (
             update sends s set settle_at = least(s.settle_at, clock_now()) from next
             where (s.enrollment_id, s.step, s.occurrence) = (next.enrollment_id, next.step, next.occurrence)
               and s.status = 'unknown'
           )
           select e.enrollment_id as "enrollmentId", e.profile_id as "profileId", e.status = 'open' as open
           from next join enrollments e using (enrollment_id)`,
    values: [journey, limit],
  });
  return rows;
}

/** How many sends of each journey wait; for people. */
export async function countHeldSends(db: Queryable): Promise<Map<string, number>> {
  const { rows } = await db.query<{ journey: string; n: number }>(
    `select h.journey, count(*) as n from held_sends h
     join enrollments e on e.enrollment_id = h.enrollment_id and e.status = 'open' group by h.journey`,
  );
  return new Map(rows.map(({ journey, n }) => [journey, n]));
}

/** Sends of a customer that wait, and were held by an instant. */
export async function findHeldSendsOf(
  db: Queryable,
  query: { readonly profileId: string; readonly at: Date },
): Promise<(HeldSend & { readonly since: Date })[]> {
  const { rows } = await db.query<HeldSend & { since: Date }>({
    name: 'held-sends-of-customer',
    text: `select h.enrollment_id as "enrollmentId", h.step, h.occurrence, h.journey, h.message,
             h.held_by as "heldBy", h.since
           from enrollments e join held_sends h on h.enrollment_id = e.enrollment_id
           where e.profile_id = $1 and e.status = 'open' and h.since <= $2 order by h.since`,
    values: [query.profileId, query.at],
  });
  return rows;
}
