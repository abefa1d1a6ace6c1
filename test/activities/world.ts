import { randomInt } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import { type ActivityDeps, createActivities } from '../../activities/index';
import type { MessagingProvider } from '../../activities/provider/provider';
import { openTwilio } from '../../activities/provider/twilio';
import { minutes } from '../../catalog/duration';
import { events } from '../../catalog/events';
import { messages } from '../../catalog/messages';
import type { JourneyPolicy, Purpose } from '../../catalog/policy';
import { traits } from '../../catalog/traits';
import { workspace } from '../../catalog/workspace';
import { answerError } from '../../client/http/error-handler';
import { twilioWebhooks } from '../../client/webhooks/twilio-webhooks';
import { createTwilioSandbox, type TwilioSandbox } from '../../sandbox/twilio/sandbox';
import { type Database, type Queryable, tx } from '../../store/database';
import { newId } from '../../store/ids';
import type { JourneyActivities, SendRequest } from '../../workflows/runtime/contract';
import { type TestDatabase, testDatabase } from '../support/database';
import { eventually } from '../support/eventually';

export const accountSid = 'AC0123456789abcdef0123456789abcdef';
export const authToken = 'the-token-of-the-account';
export const ourNumber = '+12025550100';

/** Noon in New York, on a Tuesday. */
export const NOON = '2027-02-02T17:00:00.000Z';

/** Customers, a ledger, a Twilio that can be made to fail, and the activities between them. */
export interface World {
  readonly pool: Database;
  readonly deps: ActivityDeps;
  readonly activities: JourneyActivities;
  readonly provider: MessagingProvider;
  readonly sandbox: TwilioSandbox;
  /** Our side, which takes the webhooks. */
  readonly webhooks: FastifyInstance;
  readonly publicUrl: string;
  readonly logged: Logged;
  /** The same with other dependencies. */
  withDeps(changes: Partial<ActivityDeps>): JourneyActivities;
  /** Stops Jornada's clock at an instant. */
  setClock(at: string): Promise<void>;
  fault(spec: object): Promise<void>;
  clearFaults(): Promise<void>;
  /** What Twilio has accepted for a number, oldest first. */
  accepted(phone: string): Promise<{ sid: string; body: string; status: string }[]>;
  /** A text from a phone, as the page of the sandbox sends it. */
  text(from: string, body: string): Promise<void>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  /** Milliseconds a call to Twilio may take. Default 1,000. */
  readonly timeoutMs?: number;
  /** Statuses a message passes through after it was accepted, by themselves. Default none. */
  readonly deliver?: boolean;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const database = await testDatabase();
  const logged = new Logged();
  const webhookDeps = { db: database.pool, authTokens: [authToken], publicUrls: [''], log: logged };
  const webhooks = fastify();
  webhooks.setErrorHandler(answerError);
  await webhooks.register(twilioWebhooks(webhookDeps));
  const publicUrl = await webhooks.listen({ host: '127.0.0.1', port: 0 });
  webhookDeps.publicUrls = [publicUrl];

  const delay = options.deliver ? 2 : 3_600_000;
  const sandbox = createTwilioSandbox({
    accountSid,
    authToken,
    now: () => new Date(),
    webhooks: { inboundUrl: `${publicUrl}/webhooks/twilio/inbound` },
    numbers: [ourNumber],
    delivery: { queuedMs: delay, sentMs: delay, deliveredMs: delay, webhookRetryMs: 5 },
  });
  const twilio = fastify();
  await twilio.register(sandbox.rest);
  await twilio.register(sandbox.control);
  const twilioUrl = await twilio.listen({ host: '127.0.0.1', port: 0 });

  const provider = await openTwilio({
    accountSid,
    authToken,
    sender: { kind: 'number', from: ourNumber },
    apiUrl: twilioUrl,
    timeoutMs: options.timeoutMs ?? 1_000,
  });
  const deps: ActivityDeps = {
    pool: database.pool,
    provider,
    catalog: { events, messages, traits },
    workspace: { ...workspace, grace: minutes(5), caps: [] },
    journeys: [
      journey('campaign', 'marketing'),
      journey('reward', 'moment'),
      journey('care', 'transactional'),
    ],
    publicUrl,
    log: logged,
  };
  const { setClock } = clockOf(database);
  await setClock(NOON);
  const control = controlOf(twilioUrl);

  return {
    pool: database.pool,
    deps,
    activities: createActivities(deps),
    provider,
    sandbox,
    webhooks,
    publicUrl,
    logged,
    withDeps: (changes) => createActivities({ ...deps, ...changes }),
    setClock,
    fault: (spec) => control('POST', '/sandbox/faults', spec),
    clearFaults: () => control('DELETE', '/sandbox/faults'),
    accepted: async (phone) => {
      const list = await provider.listTo(phone);
      return [...list]
        .sort((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0))
        .map(({ providerSid, body, status }) => ({ sid: providerSid, body, status }));
    },
    text: (from, body) => control('POST', '/sandbox/inbound', { from, body }),
    stop: async () => {
      provider.close();
      await sandbox.close();
      await twilio.close();
      await webhooks.close();
      await database.drop();
    },
  };
}

/** Keeps what was logged, unmasked. */
export class Logged {
  readonly lines: { level: string; text: string }[] = [];
  info = this.#keep('info');
  warn = this.#keep('warn');
  error = this.#keep('error');

  text(): string {
    return this.lines.map(({ text }) => text).join('\n');
  }

  #keep(level: string) {
    return (...parts: unknown[]): void => {
      this.lines.push({ level, text: parts.map(tellAll).join(' ') });
    };
  }
}

function tellAll(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Error ? { ...part, message: part.message, stack: part.stack, cause: part.cause } : part,
  );
}

function journey(id: string, purpose: Purpose): { id: string; policy: JourneyPolicy } {
  return { id, policy: { version: 1, purpose, enter: { on: 'App Opened' }, reentry: 'always' } };
}

function clockOf({ pool }: TestDatabase) {
  return {
    setClock: async (at: string) => {
      await pool.query('update clock set held_at = $1', [at]);
    },
  };
}

function controlOf(url: string) {
  return async (method: string, path: string, body?: unknown): Promise<void> => {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  };
}

export interface Customer {
  readonly profileId: string;
  readonly phone: string;
}

export interface CustomerOptions {
  readonly traits?: object;
  /** Of marketing SMS. Default subscribed; null: no record. */
  readonly consent?: 'subscribed' | 'unsubscribed' | 'none' | null;
  readonly phone?: string | null;
}

export async function createCustomer(pool: Database, options: CustomerOptions = {}): Promise<Customer> {
  const profileId = newId();
  const phone = options.phone === undefined ? newPhone() : options.phone;
  const consent = options.consent === undefined ? 'subscribed' : options.consent;
  await pool.query('insert into profiles (profile_id, created_at, traits) values ($1, clock_now(), $2)', [
    profileId,
    JSON.stringify(options.traits ?? {}),
  ]);
  if (phone !== null) {
    await pool.query(`insert into identifiers values ('phone', $1, $2, clock_now())`, [phone, profileId]);
    if (consent !== null) {
      await pool.query(
        `insert into subscriptions (profile_id, channel, key, status, source, at)
         values ($1, 'sms', $2, $3, 'clinic form', clock_now())`,
        [profileId, phone, consent],
      );
    }
  }
  return { profileId, phone: phone ?? '' };
}

/** In New York, and nobody else's in this run. */
export function newPhone(): string {
  used += 1;
  return `+1212${first + used}`;
}
const first = randomInt(2_000_000, 8_000_000);
let used = 0;

export type JourneyName = 'campaign' | 'reward' | 'care';

export async function enroll(
  pool: Database,
  customer: Customer,
  name: string = 'campaign',
  key = '',
): Promise<string> {
  const enrollmentId = newId();
  await pool.query(
    `insert into enrollments (enrollment_id, profile_id, journey, version, key, status, entered_at, trigger_at,
       trigger_message_id, trigger_properties, day_zero)
     values ($1::uuid, $2, $3, 1, $4, 'open', clock_now(), clock_now(), $1::text, '{}', clock_now()::date)`,
    [enrollmentId, customer.profileId, name, key],
  );
  return enrollmentId;
}

/** A step that wants to send something plain. */
export function asking(enrollmentId: string, changes: Partial<SendRequest> = {}): SendRequest {
  return { enrollmentId, step: 'hello', occurrence: 1, message: 'onboarding-2', data: {}, ...changes };
}

export interface LedgerState {
  readonly sendId: string;
  readonly status: string;
  readonly errorCode: string | null;
  readonly providerSid: string | null;
  readonly creates: number;
}

export async function ledger(pool: Database, enrollmentId: string): Promise<LedgerState[]> {
  const { rows } = await pool.query<LedgerState>(
    `select send_id as "sendId", status, error_code as "errorCode", provider_sid as "providerSid", creates
     from sends where enrollment_id = $1 order by send_id`,
    [enrollmentId],
  );
  return rows;
}

/** The statuses a row went through. */
export async function way(pool: Database, enrollmentId: string): Promise<string[]> {
  const { rows } = await pool.query<{ status: string }>(
    `select c.status from send_changes c join sends s using (send_id) where s.enrollment_id = $1 order by c.seq`,
    [enrollmentId],
  );
  return rows.map(({ status }) => status);
}

export async function decisions(
  pool: Database,
  enrollmentId: string,
): Promise<
  { at: Date; occurrence: number; verdict: string; reason: string | null; checks: { check: string }[] }[]
> {
  const { rows } = await pool.query(
    'select at, occurrence, verdict, reason, checks from decisions where enrollment_id = $1 order by seq',
    [enrollmentId],
  );
  return rows;
}

/** Holds a customer's lock, as ingest does, until `asked` waits for it; then commits what ingest did meanwhile. */
export async function whileHeld<T>(
  pool: Database,
  customer: Customer,
  asked: () => Promise<T>,
  ingest: (db: Queryable) => Promise<unknown>,
): Promise<T> {
  const answer = await tx(pool, async (db) => {
    await db.query('select from profiles where profile_id = $1 for update', [customer.profileId]);
    const waiting = asked();
    await eventually(async () => {
      const { rowCount } = await pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rowCount === 1;
    });
    await ingest(db);
    return { waiting };
  });
  return answer.waiting;
}
