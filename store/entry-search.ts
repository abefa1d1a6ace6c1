import type { Queryable } from './database';

/** How a customer stood with a journey: the last change of an enrollment, or the last refusal. */
export interface EntryRecord {
  readonly journey: string;
  readonly enrollmentId: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly key: string;
  readonly messageId: string | null;
  readonly at: Date;
}

/** The last by an instant, of each of these journeys that the customer had to do with. */
export async function findLastEntries(
  db: Queryable,
  query: { readonly profileId: string; readonly journeys: readonly string[]; readonly at: Date },
): Promise<EntryRecord[]> {
  const { rows } = await db.query<EntryRecord>({
    name: 'entries-last',
    text: `select distinct on (journey) journey, enrollment_id as "enrollmentId", status, reason, key,
             message_id as "messageId", at
           from enrollment_changes where profile_id = $1 and at <= $3 and journey = any($2::text[])
           order by journey, at desc, seq desc`,
    values: [query.profileId, query.journeys, query.at],
  });
  return rows;
}

export interface TriggerRecord {
  readonly name: string;
  readonly messageId: string;
  readonly receivedAt: Date;
}

/** The last track of each name that the customer sent by an instant. */
export async function findTriggers(
  db: Queryable,
  query: { readonly profileId: string; readonly names: readonly string[]; readonly at: Date },
): Promise<TriggerRecord[]> {
  const { rows } = await db.query<TriggerRecord>({
    name: 'triggers-last',
    text: `select distinct on (name) name, message_id as "messageId", received_at as "receivedAt" from events
           where profile_id = $1 and received_at <= $3 and type = 'track' and name = any($2::text[])
           order by name, received_at desc, seq desc`,
    values: [query.profileId, query.names, query.at],
  });
  return rows;
}

export interface QuarantinedTrigger extends TriggerRecord {
  readonly violations: readonly { readonly path: string; readonly code: string; readonly message: string }[];
}

/** Events in quarantine by an instant that say they are this customer's, of any name: that may be what is wrong. */
export async function findQuarantinedOf(
  db: Queryable,
  query: { readonly profileId: string; readonly at: Date },
): Promise<QuarantinedTrigger[]> {
  const { rows } = await db.query<QuarantinedTrigger>({
    name: 'quarantined-of-customer',
    text: `with ids as materialized (
             select type, value from identifiers where profile_id = $1 and type in ('user_id', 'anonymous_id')
           ),
           found as (
             select q.* from ids join quarantine q on q.event ->> 'userId' = ids.value where ids.type = 'user_id'
             union
             select q.* from ids join quarantine q on q.event ->> 'anonymousId' = ids.value
             where ids.type = 'anonymous_id'
           )
           select coalesce(event ->> 'event', event ->> 'name', '') as name, message_id as "messageId",
             received_at as "receivedAt", violations
           from found where received_at <= $2 and replayed_at is null order by received_at desc limit 20`,
    values: [query.profileId, query.at],
  });
  return rows;
}
