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
  readonly at: Date;
}

/** Keeps a text and answers true; false for one that was kept before. */
export async function insertInbound(tx: Queryable, message: InboundMessage): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into inbound_messages (provider_sid, profile_id, from_address, to_address, body, effect, received_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (provider_sid) do nothing`,
    [
      message.providerSid,
      message.profileId,
      message.from,
      message.to,
      message.body,
      message.effect,
      message.at,
    ],
  );
  return rowCount === 1;
}
