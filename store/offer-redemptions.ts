import type { Queryable } from './database';

export interface Redemption {
  readonly profileId: string;
  /** As the event named it: text of any kind. */
  readonly offerId: string;
  readonly at: Date;
}

/** Marks offers as redeemed, once: by the customer they were granted to. What names none of theirs changes nothing. */
export async function redeemOffers(tx: Queryable, redemptions: readonly Redemption[]): Promise<void> {
  if (redemptions.length === 0) return;
  await tx.query({
    name: 'offers-redeem',
    text: `update offers o set redeemed_at = r.at
           from json_to_recordset($1) as r("profileId" uuid, "offerId" text, at timestamptz)
           where o.profile_id = r."profileId" and o.offer_id::text = lower(r."offerId") and o.redeemed_at is null`,
    values: [JSON.stringify(redemptions)],
  });
}
