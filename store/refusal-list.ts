import type { Queryable } from './database';

export interface RefusalFilter {
  readonly journey?: string | undefined;
  readonly profileId?: string | undefined;
  readonly after?: { readonly at: string; readonly seq: number } | undefined;
  readonly limit: number;
}

export interface RefusalItem {
  readonly seq: number;
  /** ISO 8601 in Postgres' precision. */
  readonly at: string;
  readonly profileId: string;
  readonly journey: string;
  readonly version: number;
  readonly key: string;
  readonly reason: string | null;
}

/** Entries that were refused, oldest first. */
export async function listRefusals(db: Queryable, filter: RefusalFilter): Promise<RefusalItem[]> {
  const { rows } = await db.query<RefusalItem>(
    `select seq, to_jsonb(at) as at, profile_id as "profileId", journey, version, key, reason
     from enrollment_changes
     where status = 'refused'
       and ($1::text is null or journey = $1) and ($2::uuid is null or profile_id = $2)
       and ($3::timestamptz is null or (at, seq) > ($3::timestamptz, $4::bigint))
     order by enrollment_changes.at, seq
     limit $5`,
    [
      filter.journey ?? null,
      filter.profileId ?? null,
      filter.after?.at ?? null,
      filter.after?.seq ?? null,
      filter.limit,
    ],
  );
  return rows;
}
