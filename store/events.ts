import type { Queryable } from './database';

interface Properties {
  readonly [property: string]: unknown;
}

export interface EventRow {
  readonly seq: number;
  readonly profileId: string;
  readonly messageId: string;
  readonly type: string;
  readonly name: string | null;
  readonly properties: Properties;
  readonly context: Properties | null;
  readonly eventVersion: number | null;
  readonly source: string;
  readonly timestamp: Date;
  readonly originalTimestamp: Date | null;
  readonly sentAt: Date | null;
}

/** Stores what arrived at one instant. The partition of its month has to be there. */
export async function insertEvents(
  tx: Queryable,
  events: readonly EventRow[],
  receivedAt: Date,
): Promise<void> {
  if (events.length === 0) return;
  await tx.query({
    name: 'events-insert',
    text: `insert into events (seq, profile_id, message_id, type, name, properties, context, event_version, source,
             "timestamp", received_at, original_timestamp, sent_at)
           select seq, "profileId", "messageId", type, name, properties, context, "eventVersion", source,
             coalesce("timestamp", $2::timestamptz), $2, "originalTimestamp", "sentAt"
           from json_to_recordset($1) as r(seq bigint, "profileId" uuid, "messageId" text, type text, name text,
             properties jsonb, context jsonb, "eventVersion" int, source text, "timestamp" timestamptz,
             "originalTimestamp" timestamptz, "sentAt" timestamptz)`,
    values: [JSON.stringify(events.map((event) => saidOf(event, receivedAt))), receivedAt],
  });
}

/** Of a few thousand rows a second most columns hold nothing, or the same instant: what is left out costs nothing. */
function saidOf(event: EventRow, receivedAt: Date) {
  return {
    seq: event.seq,
    profileId: event.profileId,
    messageId: event.messageId,
    type: event.type,
    name: event.name ?? undefined,
    properties: event.properties,
    context: event.context ?? undefined,
    eventVersion: event.eventVersion ?? undefined,
    source: event.source,
    timestamp: event.timestamp.getTime() === receivedAt.getTime() ? undefined : event.timestamp,
    originalTimestamp: event.originalTimestamp ?? undefined,
    sentAt: event.sentAt ?? undefined,
  };
}

export interface LastActivity {
  readonly profileId: string;
  readonly at: Date;
}

/** The latest thing done that was stored since the one that is known of, where there is any. */
export async function findLastActivities(
  tx: Queryable,
  known: readonly LastActivity[],
): Promise<LastActivity[]> {
  if (known.length === 0) return [];
  const { rows } = await tx.query<LastActivity>({
    name: 'events-last-activities',
    text: `select given.profile_id as "profileId", last.at
           from unnest($1::uuid[], $2::timestamptz[]) as given(profile_id, at)
           cross join lateral (
             select max(e."timestamp") as at from events e
             where e.profile_id = given.profile_id and e.received_at >= given.at
               and e.type in ('track', 'page', 'screen') and coalesce(e.name, '') not in ('Lifecycle Stage Changed', 'Audience Entered')
           ) last
           where last.at > given.at`,
    values: [known.map(({ profileId }) => profileId), known.map(({ at }) => at)],
  });
  return rows;
}

export interface StoredTrack {
  readonly profileId: string;
  readonly messageId: string;
  readonly name: string;
  readonly timestamp: Date;
  readonly properties: Properties;
}

/** The tracks of these names that happened at `since` or later, in the order they arrived. */
export async function findTracks(
  tx: Queryable,
  query: { readonly profileIds: readonly string[]; readonly names: readonly string[]; readonly since: Date },
): Promise<StoredTrack[]> {
  if (query.profileIds.length === 0 || query.names.length === 0) return [];
  const { rows } = await tx.query<StoredTrack>({
    name: 'events-tracks',
    // Nothing arrives before it happens: the second bound is what keeps older months and rows out.
    text: `select profile_id as "profileId", message_id as "messageId", name, "timestamp", properties from events
           where profile_id = any($1::uuid[]) and type = 'track' and name = any($2::text[])
             and "timestamp" >= $3 and received_at >= $3
           order by received_at, seq`,
    values: [query.profileIds, query.names, query.since],
  });
  return rows;
}

export interface ArrivedTrack extends StoredTrack {
  readonly seq: number;
  readonly receivedAt: Date;
}

/** The tracks of these names that arrived after `since`, in that order, the first thousand. */
export async function findArrivedTracks(
  tx: Queryable,
  query: { readonly profileIds: readonly string[]; readonly names: readonly string[]; readonly since: Date },
): Promise<ArrivedTrack[]> {
  const { rows } = await tx.query<ArrivedTrack>({
    name: 'events-arrived-tracks',
    text: `select profile_id as "profileId", seq, message_id as "messageId", name, received_at as "receivedAt",
             "timestamp", properties
           from events
           where profile_id = any($1::uuid[]) and type = 'track' and name = any($2::text[]) and received_at > $3
           order by received_at, seq limit 1000`,
    values: [query.profileIds, query.names, query.since],
  });
  return rows;
}
