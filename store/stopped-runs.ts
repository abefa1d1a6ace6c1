import type { Queryable } from './database';

/** Journeys that are stopped and still have open runs. */
export async function journeysToEnd(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ journey: string }>({
    name: 'stopped-journeys',
    text: `select h.journey from holds h
           where h.lifted_at is null and h.journey >= '' and h.kind = 'stopped'
             and exists (select from enrollments e where e.journey = h.journey and e.status = 'open')`,
  });
  return rows.map(({ journey }) => journey);
}

/** How many runs of a journey are open; by index. */
export async function countOpenRuns(db: Queryable, journey: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `select count(*) as n from enrollments where journey = $1 and status = 'open'`,
    [journey],
  );
  return rows[0]?.n ?? 0;
}

export interface StoppedRun {
  readonly enrollmentId: string;
  readonly profileId: string;
  /** Whether a send of it was held back until later. */
  readonly heldBack: boolean;
}

/**
 * Ends some open runs of a journey, `exited` with the reason `stopped`, with their lines in the record. Customers that
 * somebody else is at are left for the next call. What is answered has still to be told.
 */
export async function endStoppedRuns(
  tx: Queryable,
  { journey, limit }: { readonly journey: string; readonly limit: number },
): Promise<StoppedRun[]> {
  const { rows } = await tx.query<StoppedRun>({
    name: 'stopped-runs-end',
    text: `with chosen as materialized (
             select enrollment_id, profile_id from enrollments
             where journey = $1 and status = 'open' order by enrollment_id limit $2
           ),
           customers as materialized (
             select p.profile_id from profiles p
             where p.profile_id in (select profile_id from chosen) order by p.profile_id for update skip locked
           ),
           ended as (
             update enrollments e set status = 'exited', reason = 'stopped', ended_at = clock_now()
             from chosen join customers using (profile_id)
             where e.enrollment_id = chosen.enrollment_id and e.profile_id = customers.profile_id and e.status = 'open'
             returning e.enrollment_id, e.profile_id, e.journey, e.version, e.key, e.ended_at,
               e.held_until > e.ended_at as held_back
           ),
           freed as (delete from held_sends h using ended where h.enrollment_id = ended.enrollment_id),
           told as (
             insert into enrollment_changes (profile_id, enrollment_id, at, journey, version, key, status, reason)
             select profile_id, enrollment_id, ended_at, journey, version, key, 'exited', 'stopped' from ended
           )
           select enrollment_id as "enrollmentId", profile_id as "profileId", coalesce(held_back, false) as "heldBack"
           from ended`,
    values: [journey, limit],
  });
  return rows;
}
