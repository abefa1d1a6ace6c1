import type { Queryable } from './database';

export interface EnrollmentFilter {
  readonly journey?: string | undefined;
  readonly status?: string | undefined;
  readonly profileId?: string | undefined;
  readonly after?: EnrollmentPosition | undefined;
  readonly limit: number;
}

/** A place in the order of entry. */
export interface EnrollmentPosition {
  readonly enteredAt: string;
  readonly enrollmentId: string;
}

/** Instants are ISO 8601 in Postgres' precision. */
export interface EnrollmentItem {
  readonly enrollmentId: string;
  readonly profileId: string;
  readonly journey: string;
  readonly version: number;
  readonly key: string;
  readonly status: string;
  readonly reason: string | null;
  readonly enteredAt: string;
  readonly endedAt: string | null;
  readonly goalAt: string | null;
}

/** Enrollments as they stand, in the order they entered. */
export async function listEnrollments(db: Queryable, filter: EnrollmentFilter): Promise<EnrollmentItem[]> {
  const { rows } = await db.query<EnrollmentItem>(
    `select enrollment_id as "enrollmentId", profile_id as "profileId", journey, version, key, status, reason,
       to_jsonb(entered_at) as "enteredAt", to_jsonb(ended_at) as "endedAt", to_jsonb(goal_at) as "goalAt"
     from enrollments
     where ($1::text is null or journey = $1) and ($2::text is null or status = $2)
       and ($3::uuid is null or profile_id = $3)
       and ($4::timestamptz is null or (entered_at, enrollment_id) > ($4::timestamptz, $5::uuid))
     order by entered_at, enrollment_id
     limit $6`,
    [
      filter.journey ?? null,
      filter.status ?? null,
      filter.profileId ?? null,
      filter.after?.enteredAt ?? null,
      filter.after?.enrollmentId ?? null,
      filter.limit,
    ],
  );
  return rows;
}
