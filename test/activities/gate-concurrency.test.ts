import { randomInt } from 'node:crypto';
import { type ActivityDeps, createActivities } from '../../activities';
import { days, hours } from '../../catalog/duration';
import { messages } from '../../catalog/messages';
import type { JourneyPolicy } from '../../catalog/policy';
import { workspace } from '../../catalog/workspace';
import { type Database, openDatabase } from '../../store/database';
import { noteDue } from '../../store/enrollment-dues';
import { newId } from '../../store/ids';
import type { SendAnswer, SendRequest } from '../../workflows/runtime/contract';
import { type TestDatabase, testDatabase } from '../support/database';
import { createCustomer, enroll, NOON } from './world';

const WORKERS = 50;
const CUSTOMERS = 1_000;

const marketing: JourneyPolicy = {
  version: 1,
  purpose: 'marketing',
  enter: { on: 'App Opened' },
  reentry: 'always',
};
const journeys: ActivityDeps['journeys'] = [
  { id: 'first', policy: { ...marketing, lock: { priority: 1, for: days(7) }, holdout: { percent: 20 } } },
  { id: 'second', policy: { ...marketing, lock: { priority: 2, for: days(3) } } },
  { id: 'third', policy: { ...marketing, lock: { priority: 3, for: days(1) } } },
  { id: 'moment', policy: { ...marketing, purpose: 'moment' } },
  { id: 'plain', policy: marketing },
];
/** Ten asks a customer, of which a cap and a law allow three or four. */
const asksOf = { first: 4, second: 1, third: 1, moment: 4 };

let database: TestDatabase;
let pool: Database;
let handedOver = 0;

beforeAll(async () => {
  database = await testDatabase();
  pool = openDatabase(database.url, { max: WORKERS });
  await pool.query('update clock set held_at = $1', [NOON]);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

function activities() {
  return createActivities({
    pool,
    provider: {
      createTimeoutMs: 10_000,
      create: async () => ({ kind: 'accepted', providerSid: `SM${handedOver++}` }),
      listTo: async () => [],
      close: () => {},
    },
    catalog: { events: {}, messages, traits: {} },
    workspace: {
      ...workspace,
      caps: [
        { purpose: 'marketing', channel: 'sms', most: 2, per: 'day' },
        { purpose: 'marketing', channel: 'sms', most: 3, per: hours(24) },
      ],
    },
    journeys,
    publicUrl: 'http://127.0.0.1',
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
}

/** A thousand customers in Florida, each with an open run of every journey that is due now. */
async function seed(): Promise<SendRequest[]> {
  const customers = Array.from({ length: CUSTOMERS }, (_, at) => ({
    profileId: newId(),
    phone: `+1305${2_000_000 + at}`,
  }));
  const runs = customers.flatMap(({ profileId }) =>
    Object.entries(asksOf).map(([journey, asks]) => ({ enrollmentId: newId(), profileId, journey, asks })),
  );
  await pool.query(
    `with given as (select * from json_to_recordset($1) as r("profileId" uuid, phone text)),
     p as (insert into profiles (profile_id, created_at, traits)
       select "profileId", clock_now(), '{"region": "Florida"}' from given),
     i as (insert into identifiers select 'phone', phone, "profileId", clock_now() from given)
     insert into subscriptions (profile_id, channel, key, status, source, at)
     select "profileId", 'sms', phone, 'subscribed', 'clinic form', clock_now() from given`,
    [JSON.stringify(customers)],
  );
  await pool.query(
    `insert into enrollments (enrollment_id, profile_id, journey, version, status, entered_at, trigger_at,
       trigger_message_id, trigger_properties, day_zero, due_at)
     select "enrollmentId", "profileId", journey, 1, 'open', clock_now(), clock_now(), 'm', '{}', clock_now()::date,
       case when journey <> 'moment' then clock_now() end
     from json_to_recordset($1) as r("enrollmentId" uuid, "profileId" uuid, journey text)`,
    [JSON.stringify(runs)],
  );
  return runs.flatMap(({ enrollmentId, asks }) =>
    Array.from({ length: asks }, (_, at) => ({
      enrollmentId,
      step: 'hello',
      occurrence: at + 1,
      message: 'onboarding-2',
      data: {},
    })),
  );
}

/** The asks of a customer come in any order, and those of some thirty customers at a time. */
function nearlyShuffled<T>(items: T[]): T[] {
  return Array.from({ length: items.length / 300 + 1 }, (_, at) =>
    items.slice(300 * at, 300 * (at + 1)),
  ).flatMap(shuffle);
}

function shuffle<T>(items: T[]): T[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = randomInt(at + 1);
    [items[at], items[other]] = [items[other] as T, items[at] as T];
  }
  return items;
}

/** Who is to come again shortly, for a journey that goes first, comes again. */
function comesAgain(answer: SendAnswer): boolean {
  return answer.status === 'deferred' && answer.until <= Date.parse(NOON) + 1_000;
}

it('fifty workers and ten thousand asks: no cap is exceeded, no lock overlapped, and the highest priority wins', async () => {
  const queue = nearlyShuffled(await seed());
  expect(queue).toHaveLength(10_000);
  const { send } = activities();
  const answers = new Map<string, number>();
  const worker = async () => {
    for (let request = queue.pop(); request; request = queue.pop()) {
      const answer = await send(request);
      if (comesAgain(answer)) {
        queue.splice(-100, 0, request);
        continue;
      }
      // The run comes to rest, as its worker notes; a journey that comes after it need not wait for it any longer.
      await noteDue(pool, request.enrollmentId, new Date('2027-03-01T17:00:00Z'));
      const word = 'reason' in answer ? `${answer.status} ${answer.reason}` : answer.status;
      answers.set(word, (answers.get(word) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));

  const count = async (question: string) => (await pool.query<{ n: number }>(question)).rows[0]?.n;
  const most = (purpose: string) =>
    `select max(n)::int as n from (
       select count(*) as n from sends where purpose in (${purpose}) and status <> 'failed' group by profile_id
     ) counted`;
  expect(await count(most(`'marketing'`))).toBe(2);
  expect(await count(most(`'marketing', 'moment'`))).toBe(3);
  expect(await count('select count(distinct profile_id) - count(*)::int as n from locks')).toBe(0);
  // Where moments had used up what the law allows before, nobody sends, and nobody holds.
  expect(
    await count(`select count(*)::int as n from sends where purpose = 'marketing' and journey <> 'first'`),
  ).toBe(0);
  expect(
    await count(`select count(*)::int as n from sends s where purpose = 'marketing'
      and not exists (select from locks l where l.profile_id = s.profile_id and l.enrollment_id = s.enrollment_id)`),
  ).toBe(0);
  expect(await count('select count(*)::int as n from sends')).toBe(handedOver);
  expect(handedOver).toBeGreaterThan(2 * CUSTOMERS);
  expect([...answers.values()].reduce((sum, n) => sum + n)).toBe(10_000);
  const control = await count(`select count(*)::int as n from experiment_assignments where arm = 'control'`);
  expect(answers.get('suppressed holdout')).toBe(4 * Number(control));
  expect(
    await count(`select count(*)::int as n from sends join experiment_assignments using (profile_id)
    where arm = 'control' and purpose = 'marketing'`),
  ).toBe(0);
}, 400_000);

it('fifty senders at once for one customer: the cap lets through as many as it says, and refuses all others', async () => {
  const { profileId } = await createCustomer(pool);
  const customer = { profileId, phone: '' };
  const runs = await Promise.all(
    Array.from({ length: WORKERS }, (_, n) => enroll(pool, customer, 'plain', `run ${n}`)),
  );
  const { send } = activities();
  const answers = await Promise.all(
    runs.map((enrollmentId) =>
      send({ enrollmentId, step: 'hello', occurrence: 1, message: 'onboarding-2', data: {} }),
    ),
  );
  const told = answers.map((answer) =>
    'reason' in answer ? `${answer.status} ${answer.reason}` : answer.status,
  );
  expect(told.filter((one) => one === 'sent')).toHaveLength(2);
  expect(told.filter((one) => one === 'suppressed capped')).toHaveLength(WORKERS - 2);
});
