import { randomUUID } from 'node:crypto';
import { events } from '../../catalog/events';
import { workspace } from '../../catalog/workspace';
import {
  type AcceptedEvent,
  type AppliedEvent,
  applyEvents,
  type IngestDeps,
  sweepStages,
} from '../../ingest';
import type { JourneyDefinition } from '../../ingest/deps';
import { type TestDatabase, testDatabase } from '../support/database';
import { shipped } from './journeys';

/** An event of which the test says only what matters to it. */
export type Draft = Partial<AcceptedEvent> & Pick<AcceptedEvent, 'type'>;

export interface Item {
  readonly [field: string]: unknown;
}

/** A database, a clock held where the test puts it, and what was made of the events sent. */
export class World {
  private constructor(
    readonly database: TestDatabase,
    readonly deps: IngestDeps,
  ) {}

  static async create(journeys: readonly JourneyDefinition[] = shipped): Promise<World> {
    const world = new World(await testDatabase(), { journeys, events, workspace });
    await world.at('2027-02-02T15:00:00.000Z');
    return world;
  }

  get pool() {
    return this.database.pool;
  }

  /** The same database for another configuration. */
  changed(deps: Partial<IngestDeps>): World {
    return new World(this.database, { ...this.deps, ...deps });
  }

  async at(instant: string): Promise<void> {
    await this.pool.query('update clock set held_at = $1', [instant]);
  }

  /** Sends events in one batch; each gets a message id unless it has one. */
  async send(...drafts: readonly Draft[]): Promise<AppliedEvent[]> {
    return applyEvents(
      this.pool,
      this.deps,
      drafts.map((draft) => this.event(draft)),
    );
  }

  event(draft: Draft): AcceptedEvent {
    return { messageId: `m-${randomUUID()}`, source: 'test', ...draft };
  }

  async sweep(): Promise<number> {
    return (await sweepStages(this.pool, this.deps)).swept;
  }

  /** Sends an event at that instant. */
  async sendAt(instant: string, ...drafts: readonly Draft[]): Promise<AppliedEvent[]> {
    await this.at(instant);
    return this.send(...drafts);
  }

  /** Of the profile that `type:value` resolves to; undefined when it resolves nowhere. */
  async profileId(identifier: string): Promise<string | undefined> {
    const [type, ...value] = identifier.split(':');
    const { rows } = await this.pool.query<{ id: string }>(
      'select profile_id as id from identifiers where type = $1 and value = $2',
      [type, value.join(':')],
    );
    return rows[0]?.id;
  }

  async profile(identifier: string): Promise<Item> {
    const [row] = await this.rows(
      `select traits, stage, stage_due_at as "stageDueAt", stage_since as "stageSince",
         context_timezone as "contextTimezone", last_activity_at as "lastActivityAt"
       from profiles where profile_id = $1`,
      [await this.profileId(identifier)],
    );
    if (!row) throw new Error(`Nobody has ${identifier}`);
    return row;
  }

  /** `type:value` of everything the profile holds. */
  async identifiers(identifier: string): Promise<string[]> {
    return this.lines(
      `select type || ':' || value as line from identifiers where profile_id = $1 order by (type || ':' || value) collate "C"`,
      [await this.profileId(identifier)],
    );
  }

  async profileCount(): Promise<number> {
    const [row] = await this.rows('select count(*)::int as n from profiles where merged_into is null');
    return Number(row?.n);
  }

  /** `change type:value`, in order, with the reason where there is one. */
  async identityChanges(identifier: string): Promise<string[]> {
    return this.lines(
      `select change || ' ' || type || ':' || value || coalesce(' (' || reason || ')', '') as line
       from identity_changes where profile_id = $1 order by at, seq`,
      [await this.profileId(identifier)],
    );
  }

  /** `status reason`, in order, of a customer's runs of one journey. */
  async runs(identifier: string, journey: string): Promise<string[]> {
    return this.lines(
      `select status || coalesce(' ' || reason, '') as line from enrollments
       where profile_id = $1 and journey = $2 order by entered_at, enrollment_id`,
      [await this.profileId(identifier), journey],
    );
  }

  /** `status reason`, in order of what happened. */
  async runChanges(identifier: string, journey: string): Promise<string[]> {
    return this.lines(
      `select status || coalesce(' ' || reason, '') as line from enrollment_changes
       where profile_id = $1 and journey = $2 order by at, seq`,
      [await this.profileId(identifier), journey],
    );
  }

  /** What the workflows are told, in order: kind and payload. */
  async outbox(journey?: string): Promise<Item[]> {
    return this.rows(
      `select o.kind, o.payload, o.lane, o.profile_id as "profileId", o.enrollment_id as "enrollmentId" from outbox o
       join enrollments e using (enrollment_id) where $1::text is null or e.journey = $1 order by outbox_id`,
      [journey ?? null],
    );
  }

  /** The same, of one customer. */
  async outboxOf(identifier: string): Promise<Item[]> {
    const profileId = await this.profileId(identifier);
    return (await this.outbox()).filter((row) => row.profileId === profileId);
  }

  /** Names, or types where they have none, in order of arrival. */
  async eventNames(identifier: string): Promise<string[]> {
    return this.lines(
      'select coalesce(name, type) as line from events where profile_id = $1 order by received_at, seq',
      [await this.profileId(identifier)],
    );
  }

  /** The times of their events, in order of arrival. */
  async eventTimes(identifier: string): Promise<Item[]> {
    return this.rows(
      `select "timestamp", received_at as "receivedAt", original_timestamp as "originalTimestamp", sent_at as "sentAt"
       from events where profile_id = $1 order by received_at, seq`,
      [await this.profileId(identifier)],
    );
  }

  /** Ends their open runs as their workflows would. */
  async finish(identifier: string, at: string): Promise<void> {
    await this.rows(
      `update enrollments set status = 'completed', ended_at = $2 where profile_id = $1 and status = 'open'`,
      [await this.profileId(identifier), at],
    );
  }

  /** `channel address [topic] status`. */
  async subscriptions(identifier: string): Promise<string[]> {
    return this.lines(
      `select concat_ws(' ', channel, key, nullif(topic, ''), status) as line from subscriptions
       where profile_id = $1 order by channel, key, topic`,
      [await this.profileId(identifier)],
    );
  }

  /** `from > to`, with the reason where there is one. */
  async consentChanges(identifier: string): Promise<string[]> {
    return this.lines(
      `select from_status || ' > ' || to_status || coalesce(' (' || reason || ')', '') as line
       from consent_changes where profile_id = $1 order by at, seq`,
      [await this.profileId(identifier)],
    );
  }

  /** The column `line` of each row. */
  private async lines(text: string, values: unknown[]): Promise<string[]> {
    return (await this.rows(text, values)).map(({ line }) => String(line));
  }

  async rows(text: string, values: unknown[] = []): Promise<Item[]> {
    return (await this.pool.query<Item>(text, values)).rows;
  }

  async end(): Promise<void> {
    await this.database.drop();
  }
}
