import type { Queryable } from './database';

export interface Identifier {
  readonly type: string;
  readonly value: string;
}

/** What an operator sees of a customer. */
export interface CustomerRecord {
  readonly profileId: string;
  readonly traits: { readonly [trait: string]: unknown };
  readonly stage: string | null;
  readonly contextTimezone: string | null;
  readonly identifiers: readonly Identifier[];
  readonly subscriptions: readonly SubscriptionRecord[];
  readonly offers: readonly OfferRecord[];
  readonly experiments: readonly ExperimentRecord[];
  readonly lock: LockRecord | null;
}

export interface SubscriptionRecord {
  readonly channel: string;
  readonly key: string;
  /** '' is the channel itself. */
  readonly topic: string;
  readonly status: 'subscribed' | 'unsubscribed' | 'none';
  readonly source: string;
  /** Who did it, where that was said. */
  readonly actor?: string;
  /** What they said, where that was kept. */
  readonly wording?: string;
  /** A STOP read out of free words, which somebody should look at. */
  readonly review?: true;
  /** ISO 8601, in Postgres' precision. */
  readonly at: string;
}

export interface ExperimentRecord {
  /** `*` for the holdout over all journeys, a journey's id for its own, `<journey>/<subject>` for a split. */
  readonly experiment: string;
  readonly arm: string;
  /** ISO 8601, in Postgres' precision. */
  readonly assignedAt: string;
  /** They turned out to be one with a customer in another arm. */
  readonly contaminated: boolean;
}

/** The journey that the customer belongs to for the time being. */
export interface LockRecord {
  readonly journey: string;
  readonly priority: number;
  /** ISO 8601, in Postgres' precision. */
  readonly since: string;
  readonly until: string;
}

export interface OfferRecord {
  readonly offerId: string;
  readonly name: string;
  /** Their own, of an offer that has unique codes. */
  readonly code?: string;
  /** ISO 8601, in Postgres' precision. */
  readonly expiresAt: string;
  readonly status: 'granted' | 'redeemed' | 'expired';
}

/** The profile that this one is, after whatever it was merged into. */
export async function profileOf(db: Queryable, id: string): Promise<string | undefined> {
  const { rows } = await db.query<{ profileId: string }>(
    `select coalesce(merged_into, profile_id) as "profileId" from profiles where profile_id = $1 and erased_at is null`,
    [id],
  );
  return rows[0]?.profileId;
}

/** The profile that the first known one of these identifiers belongs to, in the order given. */
export async function findCustomer(
  db: Queryable,
  spellings: readonly Identifier[],
): Promise<string | undefined> {
  const { rows } = await db.query<{ profileId: string }>(
    `select i.profile_id as "profileId"
     from unnest($1::text[], $2::text[]) with ordinality as given(type, value, place)
     join identifiers i on i.type = given.type and i.value = given.value
     order by given.place limit 1`,
    [spellings.map(({ type }) => type), spellings.map(({ value }) => value)],
  );
  return rows[0]?.profileId;
}

/**
 * The customer as of now. A STOP shows as `unsubscribed`, with its own source and time, on every subscription of its
 * address, whatever was subscribed to before: that is what is in force.
 */
export async function readCustomer(db: Queryable, profileId: string): Promise<CustomerRecord | undefined> {
  const { rows } = await db.query<CustomerRecord>(
    `select p.profile_id as "profileId", p.traits, p.stage, p.context_timezone as "contextTimezone",
       coalesce((
         select jsonb_agg(jsonb_build_object('type', i.type, 'value', i.value) order by i.attached_at, i.type, i.value)
         from identifiers i where i.profile_id = p.profile_id), '[]') as identifiers,
       coalesce((
         select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
             'channel', s.channel, 'key', s.key, 'topic', s.topic,
             'status', case when stop.at is null then s.status else 'unsubscribed' end,
             'source', coalesce(stop.source, s.source), 'at', coalesce(stop.at, s.at),
             'actor', case when stop.at is null then s.actor when stop.source = 'inbound' then 'customer' end,
             'wording', case when stop.at is null then s.wording else stop.wording end,
             'review', case when stop.review then true end))
           order by s.channel, s.key, s.topic)
         from (
           select channel, key, topic, status, source, actor, wording, at from subscriptions where profile_id = p.profile_id
           union all
           select u.channel, u.address, '', 'unsubscribed', u.source, null, u.wording, u.at
           from suppressions u
           where u.kind = 'stop'
             and u.address in (select value from identifiers
                               where profile_id = p.profile_id and type in ('phone', 'email'))
             and not exists (select from subscriptions has
                             where has.profile_id = p.profile_id and has.channel = u.channel and has.key = u.address
                               and has.topic = '')
         ) s
         left join suppressions stop
           on stop.channel = s.channel and stop.address = s.key and stop.kind = 'stop'), '[]') as subscriptions,
       coalesce((
         select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
             'offerId', o.offer_id, 'name', o.name, 'code', o.code, 'expiresAt', o.expires_at,
             'status', case when o.redeemed_at is not null then 'redeemed'
                            when o.expires_at <= clock_now() then 'expired' else 'granted' end))
           order by o.granted_at, o.offer_id)
         from offers o
         where o.profile_id = p.profile_id and not o.withheld
           -- A code that has not been sent may yet be somebody else's.
           and (o.code is null or may_be_out(o.enrollment_id, o.code))), '[]') as offers,
       coalesce((
         select jsonb_agg(jsonb_build_object(
             'experiment', a.experiment, 'arm', a.arm, 'assignedAt', a.assigned_at, 'contaminated', a.contaminated)
           order by a.assigned_at, a.experiment)
         from experiment_assignments a where a.profile_id = p.profile_id), '[]') as experiments,
       (select jsonb_build_object('journey', l.journey, 'priority', l.priority, 'since', lower(l.held),
            'until', upper(l.held))
         from locks l
         where l.profile_id = p.profile_id and l.held @> clock_now() and l.overruled_at is null) as lock
     from profiles p where p.profile_id = $1`,
    [profileId],
  );
  return rows[0];
}
