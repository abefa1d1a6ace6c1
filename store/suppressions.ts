import type { RefusalCause } from '../rules/provider-codes';
import type { Queryable } from './database';

/** An address, and the customer who has it; null when nobody does. */
export interface Addressee {
  readonly profileId: string | null;
  readonly channel: string;
  readonly address: string;
}

/** Who wants it, and in which words. */
export interface Wish {
  /** `inbound`: the person wrote it. `provider`: the provider told us so. `operator`: somebody read it out of a text. */
  readonly source: 'inbound' | 'provider' | 'operator';
  /** Who did it. Default: of what is inbound the customer, else nobody. */
  readonly actor?: string;
  readonly wording: string | null;
  /** It was read out of free words: somebody should look at it. Default false. */
  readonly review?: boolean;
}

/**
 * Closes an address to everything, and answers whether it was open. The subscriptions stay as they are, covered:
 * they are what {@link reopenAddress} restores. One that was read out of free words, and is now said plainly, needs no
 * review any more. Call it under the customer's lock.
 */
export async function stopAddress(tx: Queryable, to: Addressee, wish: Wish): Promise<boolean> {
  const { rows } = await tx.query<{ closed: boolean }>({
    text: `
      insert into suppressions (channel, address, kind, source, wording, review, at)
      values ($1, $2, 'stop', $3, $4, $5, clock_now())
      on conflict (channel, address, kind) do update set review = false
      where suppressions.review and not excluded.review
      returning xmax = 0 as closed`,
    values: [to.channel, to.address, wish.source, wish.wording, wish.review ?? false],
  });
  const closed = rows[0]?.closed === true;
  if (closed) await recordChanges(tx, to, wish, 'stop');
  return closed;
}

/** Opens an address that was stopped to what it was before, and answers whether there was anything to open. */
export async function reopenAddress(tx: Queryable, to: Addressee, wish: Wish): Promise<boolean> {
  const { rowCount } = await tx.query(
    `delete from suppressions where channel = $1 and address = $2 and kind = 'stop'`,
    [to.channel, to.address],
  );
  const opened = rowCount === 1;
  if (opened) await recordChanges(tx, to, wish, 'start');
  return opened;
}

/** One change for the channel itself, and one for each topic that STOP takes from the person or START gives back. */
async function recordChanges(tx: Queryable, to: Addressee, wish: Wish, direction: 'stop' | 'start') {
  if (to.profileId === null) return;
  await tx.query(
    `insert into consent_changes (profile_id, at, channel, key, topic, from_status, to_status, source, actor, wording,
       review)
     select $1, clock.at, $2, $3, covered.topic,
       case $6 when 'stop' then covered.status else 'unsubscribed' end,
       case $6 when 'stop' then 'unsubscribed' else covered.status end,
       $4, coalesce($8, case $4 when 'inbound' then 'customer' end), $5, $7
     from (
       select '' as topic, coalesce((
         select status from subscriptions
         where profile_id = $1 and channel = $2 and key = $3 and topic = ''
       ), 'none') as status
       union all
       select topic, status from subscriptions
       where profile_id = $1 and channel = $2 and key = $3 and topic <> '' and status = 'subscribed'
     ) covered, (select clock_now() as at offset 0) clock
     order by covered.topic`,
    [
      to.profileId,
      to.channel,
      to.address,
      wish.source,
      wish.wording,
      direction,
      wish.review ?? false,
      wish.actor ?? null,
    ],
  );
}

/** Records that somebody other than the person by START wanted a stopped address opened, and was refused. */
export async function recordRefusedReopening(tx: Queryable, to: Addressee, wish: Wish): Promise<void> {
  if (to.profileId === null) return;
  await tx.query(
    `insert into consent_changes (profile_id, at, channel, key, from_status, to_status, source, actor, wording, reason)
     values ($1, clock_now(), $2, $3, 'unsubscribed', 'unsubscribed', $4, 'customer', $5, 'stopped')`,
    [to.profileId, to.channel, to.address, wish.source, wish.wording],
  );
}

/** Puts on record what a refusal by the provider says about an address, if anything. */
export async function recordRefusal(tx: Queryable, to: Addressee, cause: RefusalCause): Promise<void> {
  switch (cause) {
    case 'stopped':
      await stopAddress(tx, to, { source: 'provider', wording: null });
      break;
    case 'unreachable':
      await markUnreachable(tx, to);
      break;
    case 'recipient':
    case 'configuration':
      break;
  }
}

/** Nothing can be delivered there: nothing more is sent to this address. */
async function markUnreachable(tx: Queryable, to: Addressee): Promise<void> {
  await tx.query(
    `insert into suppressions (channel, address, kind, source, at)
     values ($1, $2, 'unreachable', 'provider', clock_now())
     on conflict (channel, address, kind) do nothing`,
    [to.channel, to.address],
  );
}

export async function isStopped(db: Queryable, to: Addressee): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from suppressions where channel = $1 and address = $2 and kind = 'stop'`,
    [to.channel, to.address],
  );
  return rowCount === 1;
}
