import type { Queryable } from './database';

/** A text that a person sent us. */
export interface InboundMessage {
  readonly providerSid: string;
  /** Who has the number; null when nobody does. */
  readonly profileId: string | null;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly effect: 'stop' | 'start' | 'help' | 'none';
  /** It may be a STOP in other words: somebody should look at it. */
  readonly review: boolean;
  readonly at: Date;
}

/** Keeps a text and answers true; false for one that was kept before. */
export async function insertInbound(tx: Queryable, message: InboundMessage): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into inbound_messages (provider_sid, profile_id, from_address, to_address, body, effect, review, received_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (provider_sid) do nothing`,
    [
      message.providerSid,
      message.profileId,
      message.from,
      message.to,
      message.body,
      message.effect,
      message.review,
      message.at,
    ],
  );
  return rowCount === 1;
}

/** What somebody wrote from an address before needs no look any more: they have said it plainly, or it was looked at. */
export async function settleDoubts(
  tx: Queryable,
  { channel, address }: { readonly channel: string; readonly address: string },
): Promise<string[]> {
  const { rows } = await tx.query<{ body: string }>(
    `update inbound_messages set review = false
     where review and ${channelOfSender} = $1 and ${addressOfSender} = $2 returning body`,
    [channel, address],
  );
  return rows.map(({ body }) => body);
}

/** As consent is kept by them; the provider writes `whatsapp:+1…`. */
export const channelOfSender = `case when from_address ilike 'whatsapp:%' then 'whatsapp' else 'sms' end`;
export const addressOfSender = `regexp_replace(trim(from_address), '^[A-Za-z]+:', '')`;
