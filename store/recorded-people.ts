import type { PoolClient } from 'pg';
import type { Database } from './database';

/** Everything on record of one customer that a journey may go by, in the order in which it happened. */
export interface RecordedPerson {
  readonly profileId: string;
  readonly createdAt: Date;
  /** E.164 */
  readonly phone: string | null;
  readonly facts: readonly RecordedFact[];
}

export type RecordedFact =
  | {
      readonly kind: 'event';
      readonly at: Date;
      readonly messageId: string;
      readonly type: 'identify' | 'track' | 'page' | 'screen' | 'group' | 'alias';
      readonly name: string | null;
      readonly properties: { readonly [property: string]: unknown };
      readonly context: { readonly [name: string]: unknown } | null;
      readonly timestamp: Date;
      readonly source: string;
    }
  | {
      readonly kind: 'consent';
      readonly at: Date;
      readonly channel: 'sms' | 'whatsapp' | 'email';
      readonly key: string;
      readonly topic: string;
      readonly status: 'subscribed' | 'unsubscribed' | 'none';
      readonly source: string;
    };

/**
 * Every customer who did something from `from` to `to`, with all that is on record of them before `to`, one after the
 * other by their ids. A few hundred are read at a time, in a transaction that can only read, so memory stays the same
 * however many there are.
 */
export async function* readRecordedPeople(
  db: Database,
  span: { readonly from: Date; readonly to: Date },
): AsyncGenerator<RecordedPerson> {
  const client = await db.connect();
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    for (let after = NOBODY; ; ) {
      const people = await readPeople(client, span, after);
      const last = people.at(-1);
      if (!last) return;
      yield* people;
      after = last.profileId;
    }
  } finally {
    await client.query('rollback').finally(() => client.release());
  }
}

/** Before all ids. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
const READ_AT_A_TIME = 200;

async function readPeople(
  client: PoolClient,
  { from, to }: { readonly from: Date; readonly to: Date },
  after: string,
): Promise<RecordedPerson[]> {
  const { rows: profiles } = await client.query<Omit<RecordedPerson, 'facts'>>({
    name: 'recorded-people',
    text: peopleQuery,
    values: [from, to, after, READ_AT_A_TIME],
  });
  const people = new Map(profiles.map((one) => [one.profileId, { ...one, facts: [] as RecordedFact[] }]));
  const { rows } = await client.query<FactRow>({
    name: 'recorded-facts',
    text: factsQuery,
    values: [profiles.map(({ profileId }) => profileId), to],
  });
  for (const row of rows) people.get(row.profileId)?.facts.push(factOf(row));
  return [...people.values()];
}

/** How many customers that will be, and how many events. */
export async function countRecordedPeople(
  db: Database,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<number> {
  const { rows } = await db.query<{ people: number }>({
    text: `select count(distinct profile_id)::int as people from events
           where received_at >= $1 and received_at < $2`,
    values: [from, to],
  });
  return rows[0]?.people ?? 0;
}

interface FactRow {
  readonly profileId: string;
  readonly at: Date;
  /** Of an event; null of a change of consent. */
  readonly type: Extract<RecordedFact, { kind: 'event' }>['type'] | null;
  readonly messageId: string | null;
  readonly name: string | null;
  readonly properties: { readonly [property: string]: unknown } | null;
  readonly context: { readonly [name: string]: unknown } | null;
  readonly timestamp: Date | null;
  readonly source: string;
  readonly channel: 'sms' | 'whatsapp' | 'email' | null;
  readonly key: string | null;
  readonly topic: string | null;
  readonly status: 'subscribed' | 'unsubscribed' | 'none' | null;
}

function factOf(row: FactRow): RecordedFact {
  const { at, source } = row;
  if (row.type !== null) {
    const { type, messageId, name, properties, context, timestamp } = row;
    return {
      kind: 'event',
      at,
      source,
      type,
      name,
      context,
      messageId: messageId ?? '',
      properties: properties ?? {},
      timestamp: timestamp ?? at,
    };
  }
  const { channel, key, topic, status } = row;
  return {
    kind: 'consent',
    at,
    source,
    channel: channel ?? 'sms',
    key: key ?? '',
    topic: topic ?? '',
    status: status ?? 'none',
  };
}

const peopleQuery = `
  select p.profile_id as "profileId", p.created_at as "createdAt", (
    select i.value from identifiers i
    where i.profile_id = p.profile_id and i.type = 'phone' order by i.attached_at limit 1
  ) as phone
  from profiles p
  where p.profile_id > $3 and p.merged_into is null and p.erased_at is null
    and exists (
      select from events v where v.profile_id = p.profile_id and v.received_at >= $1 and v.received_at < $2
    )
  order by p.profile_id limit $4`;

// Moves of stages follow from the rest.
const factsQuery = `
  select v.profile_id as "profileId", v.received_at as at, v.seq, v.type, v.message_id as "messageId", v.name,
    v.properties, v.context, v."timestamp", v.source, null as channel, null as key, null as topic, null as status
  from events v where v.profile_id = any($1::uuid[]) and v.received_at < $2 and v.source <> 'jornada'
  union all
  select c.profile_id, c.at, c.seq, null, null, null, null, null, null, c.source, c.channel, c.key, c.topic, c.to_status
  from consent_changes c where c.profile_id = any($1::uuid[]) and c.at < $2 and c.reason is null
  order by "profileId", at, seq`;
