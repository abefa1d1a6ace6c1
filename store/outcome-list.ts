import type { Queryable } from './database';

export interface OutcomeFilter {
  readonly journey?: string | undefined;
  readonly outcome?: string | undefined;
  readonly profileId?: string | undefined;
  readonly after?: { readonly at: string; readonly seq: number } | undefined;
  readonly limit: number;
}

export interface OutcomeItem {
  readonly seq: number;
  /** ISO 8601 in Postgres' precision. */
  readonly at: string;
  readonly enrollmentId: string;
  readonly profileId: string;
  readonly journey: string;
  readonly outcome: string;
  readonly value: unknown;
}

/** What came of enrollments, oldest first. */
export async function listOutcomes(db: Queryable, filter: OutcomeFilter): Promise<OutcomeItem[]> {
  const { rows } = await db.query<OutcomeItem>(
    `select seq, to_jsonb(at) as at, enrollment_id as "enrollmentId", profile_id as "profileId", journey, outcome, value
     from outcomes
     where ($1::text is null or journey = $1) and ($2::text is null or outcome = $2)
       and ($3::uuid is null or profile_id = $3)
       and ($4::timestamptz is null or (at, seq) > ($4::timestamptz, $5::bigint))
     order by outcomes.at, seq
     limit $6`,
    [
      filter.journey ?? null,
      filter.outcome ?? null,
      filter.profileId ?? null,
      filter.after?.at ?? null,
      filter.after?.seq ?? null,
      filter.limit,
    ],
  );
  return rows;
}
