import type { Queryable } from './database';
import { addressOfSender, channelOfSender } from './inbound';
import type { Addressee } from './suppressions';

/** A STOP in free words, or a text that may be one in other words, that nobody has looked at yet. */
export interface ReviewRow {
  /** The customer who has the address now; null when nobody does. */
  readonly profileId: string | null;
  readonly channel: string;
  readonly address: string;
  readonly wording: string | null;
  readonly source: string;
  /** Whether it was read as a STOP, so that the address is closed. */
  readonly closed: boolean;
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
    text: `select i.profile_id as "profileId", r.channel, r.address, r.wording, r.source, r.closed,
             to_json(r.at) #>> '{}' as at
           from (
             (select channel, address, wording, source, true as closed, at from suppressions
              where review and ($1::timestamptz is null or (at, channel || ' ' || address) > ($1, $2))
              order by at, channel || ' ' || address limit $3)
             union all
             (select ${channelOfSender}, ${addressOfSender}, body, 'inbound', false, received_at from inbound_messages
              where review and ($1::timestamptz is null
                or (received_at, ${channelOfSender} || ' ' || ${addressOfSender}) > ($1, $2))
              order by received_at, ${channelOfSender} || ' ' || ${addressOfSender} limit $3)
           ) r left join identifiers i on i.type = 'phone' and i.value = r.address
           order by r.at, r.channel || ' ' || r.address limit $3`,
    values: [page.after?.at ?? null, page.after?.address ?? '', page.limit],
  });
  return rows;
}

/**
 * Marks a STOP as looked at; false where it is not under review. The address stays closed whatever was found. Call it
 * under the customer's lock.
 */
export async function settleReview(
  tx: Queryable,
  { channel, address }: Pick<Addressee, 'channel' | 'address'>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update suppressions set review = false where channel = $1 and address = $2 and kind = 'stop' and review`,
    [channel, address],
  );
  return rowCount === 1;
}

export interface Look {
  /** Who looked at it. */
  readonly actor: string;
  /** What they found. */
  readonly note: string;
}

/** Puts on the customer's record that somebody has looked, and what they found. It changes nothing. */
export async function recordLook(tx: Queryable, to: Addressee, { actor, note }: Look): Promise<void> {
  if (to.profileId === null) return;
  await tx.query(
    `insert into consent_changes (profile_id, at, channel, key, from_status, to_status, source, actor, reason, note)
     select $1, clock_now(), $2, $3, standing.status, standing.status, 'operator', $4, 'reviewed', $5
     from (
       select case when exists (select from suppressions where channel = $2 and address = $3 and kind = 'stop')
         then 'unsubscribed'
         else coalesce((
           select status from subscriptions where profile_id = $1 and channel = $2 and key = $3 and topic = ''
         ), 'none') end as status
     ) standing`,
    [to.profileId, to.channel, to.address, actor, note],
  );
}
