import type { Queryable } from './database';

/** How the enrollments of one version of a journey stand, and what came of them. */
export interface JourneyCounts {
  readonly journey: string;
  readonly version: number;
  /** Enrollments by status. */
  readonly statuses: { readonly [status: string]: number };
  /** Outcomes by name. */
  readonly outcomes: { readonly [outcome: string]: number };
}

/** Reads all enrollments: for people, not for polling. */
export async function countJourneys(
  db: Queryable,
  filter: { readonly journey?: string | undefined; readonly profileId?: string | undefined },
): Promise<JourneyCounts[]> {
  const { rows } = await db.query<JourneyCounts>(
    `with chosen as (
       select enrollment_id, journey, version, status from enrollments
       where ($1::text is null or journey = $1) and ($2::uuid is null or profile_id = $2)
     ), by_status as (
       select journey, version, jsonb_object_agg(status, n) as statuses
       from (select journey, version, status, count(*) as n from chosen group by 1, 2, 3) as counted
       group by 1, 2
     ), by_outcome as (
       select journey, version, jsonb_object_agg(outcome, n) as outcomes
       from (select c.journey, c.version, o.outcome, count(*) as n
             from chosen c join outcomes o on o.enrollment_id = c.enrollment_id group by 1, 2, 3) as counted
       group by 1, 2
     )
     select journey, version, statuses, coalesce(outcomes, '{}') as outcomes
     from by_status left join by_outcome using (journey, version)
     order by journey, version`,
    [filter.journey ?? null, filter.profileId ?? null],
  );
  return rows;
}
