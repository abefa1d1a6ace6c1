import type { Queryable } from './database';

/** A STOP that was read out of free words, and that nobody has looked at yet. */
export interface ReviewRow {
  /** The customer who has the address now; null when nobody does. */
  readonly profileId: string | null;
  readonly channel: string;
  readonly address: string;
  readonly wording: string | null;
  readonly source: string;
  /** ISO 8601, in Postgres' precision. */
  readonly at: string;
}

/** Longest waiting first. */
export async function listReviews(
  db: Queryable,
  page: {
    readonly after: { readonly at: string; readonly address: string } | undefined;
    readonly limit: number;
  },
): Promise<ReviewRow[]> {
  const { rows } = await db.query<ReviewRow>({
    name: 'consent-reviews',
    text: `select i.profile_id as "profileId", s.channel, s.address, s.wording, s.source, to_json(s.at) #>> '{}' as at
           from suppressions s left join identifiers i on i.type = 'phone' and i.value = s.address
           where s.review and ($1::timestamptz is null or (s.at, s.channel || ' ' || s.address) > ($1, $2))
           order by s.at, s.channel || ' ' || s.address limit $3`,
    values: [page.after?.at ?? null, page.after?.address ?? '', page.limit],
  });
  return rows;
}

export interface Settling {
  readonly channel: string;
  readonly address: string;
  /** Who looked at it. */
  readonly actor: string;
  /** What they found. */
  readonly note: string;
}

/**
 * Marks a STOP as looked at; false where it is not under review. The address stays closed whatever was found. Call it
 * under the customer's lock.
 */
export async function settleReview(
  tx: Queryable,
  profileId: string | undefined,
  { channel, address, actor, note }: Settling,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update suppressions set review = false where channel = $1 and address = $2 and kind = 'stop' and review`,
    [channel, address],
  );
  if (rowCount !== 1) return false;
  if (profileId !== undefined) {
    await tx.query(
      `insert into consent_changes (profile_id, at, channel, key, from_status, to_status, source, actor, reason, note)
       values ($1, clock_now(), $2, $3, 'unsubscribed', 'unsubscribed', 'operator', $4, 'reviewed', $5)`,
      [profileId, channel, address, actor, note],
    );
  }
  return true;
}
