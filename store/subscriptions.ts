import type { Queryable } from './database';

export interface SubscriptionRow {
  readonly profileId: string;
  readonly channel: 'sms' | 'whatsapp' | 'email';
  /** The address it is about. */
  readonly key: string;
  /** '' is the channel itself. */
  readonly topic: string;
  readonly status: 'subscribed' | 'unsubscribed' | 'none';
  readonly source: string;
  /** Who did it, where that was said. */
  readonly actor: string | null;
  /** What they said, where that was kept. */
  readonly wording: string | null;
  readonly at: Date;
}

export async function findSubscriptions(
  tx: Queryable,
  profileIds: readonly string[],
): Promise<SubscriptionRow[]> {
  if (profileIds.length === 0) return [];
  const { rows } = await tx.query<SubscriptionRow>({
    name: 'subscriptions-find',
    text: `select profile_id as "profileId", channel, key, topic, status, source, actor, wording, at
           from subscriptions where profile_id = any($1::uuid[])`,
    values: [profileIds],
  });
  return rows;
}

export async function deleteSubscriptionsOf(tx: Queryable, profileIds: readonly string[]): Promise<void> {
  if (profileIds.length === 0) return;
  await tx.query('delete from subscriptions where profile_id = any($1::uuid[])', [profileIds]);
}

export async function upsertSubscriptions(tx: Queryable, rows: readonly SubscriptionRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query({
    name: 'subscriptions-upsert',
    text: `insert into subscriptions (profile_id, channel, key, topic, status, source, actor, wording, at)
           select "profileId", channel, key, topic, status, source, actor, wording, at
           from json_to_recordset($1) as r("profileId" uuid, channel text, key text, topic text, status text,
             source text, actor text, wording text, at timestamptz)
           on conflict (profile_id, channel, key, topic) do update
           set status = excluded.status, source = excluded.source, actor = excluded.actor,
             wording = excluded.wording, at = excluded.at`,
    values: [JSON.stringify(rows)],
  });
}

export interface ConsentChangeRow {
  readonly seq: number;
  readonly profileId: string;
  readonly at: Date;
  readonly channel: string;
  readonly key: string;
  readonly topic: string;
  readonly from: string;
  readonly to: string;
  readonly source: string;
  /** Who did it, where that was said. */
  readonly actor: string | null;
  /** What they said, where that was kept. */
  readonly wording: string | null;
  /** Why it was refused, or changed without anybody asking. */
  readonly reason: string | null;
}

export async function insertConsentChanges(tx: Queryable, rows: readonly ConsentChangeRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query({
    name: 'consent-changes-insert',
    text: `insert into consent_changes (seq, profile_id, at, channel, key, topic, from_status, to_status, source,
             actor, wording, reason)
           select seq, "profileId", at, channel, key, topic, "from", "to", source, actor, wording, reason
           from json_to_recordset($1) as r(seq bigint, "profileId" uuid, at timestamptz, channel text, key text,
             topic text, "from" text, "to" text, source text, actor text, wording text, reason text)`,
    values: [JSON.stringify(rows)],
  });
}

/** Which of these addresses were closed by STOP, as `channel address`. */
export async function findStopped(
  tx: Queryable,
  addresses: readonly { readonly channel: string; readonly key: string }[],
): Promise<Set<string>> {
  if (addresses.length === 0) return new Set();
  const { rows } = await tx.query<{ channel: string; address: string }>({
    name: 'suppressions-stopped',
    text: `select s.channel, s.address from unnest($1::text[], $2::text[]) as given(channel, address)
           join suppressions s on s.channel = given.channel and s.address = given.address and s.kind = 'stop'`,
    values: [addresses.map(({ channel }) => channel), addresses.map(({ key }) => key)],
  });
  return new Set(rows.map(({ channel, address }) => `${channel} ${address}`));
}
