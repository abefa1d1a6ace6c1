import type { Queryable } from './database';

/** How many runs of one version of a journey are open, and since when the oldest. */
export interface VersionCount {
  readonly journey: string;
  readonly version: number;
  readonly open: number;
  readonly oldest: Date;
}

/** Reads all open enrollments: for people, not for polling. */
export async function countOpenVersions(db: Queryable): Promise<VersionCount[]> {
  const { rows } = await db.query<VersionCount>(
    `select journey, version, count(*)::int as open, min(entered_at) as oldest
     from enrollments where status = 'open' group by journey, version order by journey, version`,
  );
  return rows;
}

/** Open enrollments of a version, at most so many, picked by chance where there are more. */
export async function someOpen(
  db: Queryable,
  { journey, version, limit }: { readonly journey: string; readonly version: number; readonly limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ enrollmentId: string }>(
    `select enrollment_id as "enrollmentId" from enrollments
     where journey = $1 and status = 'open' and version = $2 order by random() limit $3`,
    [journey, version, limit],
  );
  return rows.map(({ enrollmentId }) => enrollmentId);
}
