import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../client/cli/program';
import { createLogger } from '../../config/logger';
import { journeys } from '../../workflows/journeys';
import { eventually } from '../support/eventually';
import { phone } from './support/acts';
import { type TestWorld, testWorld } from './support/world';

interface Send {
  readonly status: string;
  readonly body: string;
}
interface Refusal {
  readonly status: string;
  readonly reason?: string;
}

let world: TestWorld;
afterEach(() => world.end());

/** The command line, on the stack's record. */
async function jornada<T>(...args: string[]): Promise<T> {
  let out = '';
  const write = { write: (text: string) => (out += text) };
  const exit = await runCli(['--home', world.home, '--json', ...args], { out: write, err: write, env: {} });
  expect([exit, out]).toEqual([0, expect.anything()]);
  return JSON.parse(out) as T;
}

function load(from: number, count: number) {
  const codes = Array.from({ length: count }, (_, n) => `PO-${String(from + n).padStart(4, '0')}`);
  const file = join(world.home, 'codes.txt');
  writeFileSync(file, codes.join('\n'));
  return jornada('codes', 'load', 'provider-offer', file);
}

/** Customers who can be texted, and have looked for a provider. */
async function search(userIds: readonly string[], firstPhone: number): Promise<void> {
  const batch = userIds.flatMap((userId, n) => {
    const number = phone(firstPhone + n);
    const context = { messaging_subscriptions: [{ key: number, type: 'SMS', status: 'SUBSCRIBED' }] };
    return [
      { type: 'identify', userId, traits: { phone: number }, context },
      { type: 'track', userId, event: 'Provider Searched', properties: {} },
    ];
  });
  const { status, body } = await world.post('/v1/batch', { batch });
  expect([status, body]).toEqual([200, { success: true }]);
}

async function launch(): Promise<void> {
  const path = '/api/journeys/provider-offer/launch';
  const { body } = await world.call('POST', path, { by: 'Ana' });
  if (body['status'] === 'held') await world.call('POST', `${path}/approve`, { by: 'Bo' });
  await world.settle();
}

const list = async <T>(path: string) => (await world.call<{ items: T[] }>('GET', path)).body.items;
const refusals = async () =>
  (await list<Refusal>('/api/enrollments?journey=provider-offer&status=refused')).map(({ reason }) => reason);
const codesSent = async () =>
  (await list<Send>('/api/sends?journey=provider-offer&limit=1000')).map(
    ({ body }) => /PO-\d{4}/.exec(body)?.[0],
  );
const offersOf = async (userId: string) =>
  (await world.call<{ offers: { code?: string }[] }>('GET', `/api/customers/user_id:${userId}`)).body.offers;
const people = (count: number) => Array.from({ length: count }, (_, n) => `u${n}`);

it('gives each customer a code of their own, takes back what was not sent, and refuses beyond the stock', async () => {
  const alerts: string[] = [];
  const write = (line: string) => {
    if (line.includes('no codes left')) alerts.push(line);
  };
  world = await testWorld({
    clock: '2027-02-03T02:00:00Z',
    log: createLogger({ level: 'error', destination: { write } }),
  });

  await search(['x'], 1);
  await load(0, 1);
  await world.exactly('2027-02-03T02:30:00Z', launch);
  expect(await world.held('user_id:x')).toEqual(['provider-offer quiet_hours']);
  expect(await offersOf('x')).toEqual([]);
  await world.exactly('2027-02-03T12:00:00Z', () =>
    world.happens('x', 'Offer Redeemed', { offerId: 'another' }),
  );
  await world.moveTo('2027-02-03T15:00:00Z');
  expect(await world.runs('user_id:x', 'provider-offer')).toEqual([
    'provider-offer entered @ 2027-02-03T02:30:00Z',
    'provider-offer exited exit_event @ 2027-02-03T12:00:00Z',
  ]);
  expect(await world.sent('user_id:x')).toEqual([]);

  await search(people(200), 2);
  await load(1, 189);
  await launch();
  const codes = await codesSent();
  expect(codes).toHaveLength(190);
  // The one that came back among them.
  expect(new Set(codes)).toEqual(
    new Set(Array.from({ length: 190 }, (_, n) => `PO-${String(n).padStart(4, '0')}`)),
  );
  expect(await refusals()).toEqual(Array.from({ length: 10 }, () => 'no_code'));
  await eventually(() => alerts.length > 0);
  expect(alerts).toHaveLength(1);
  const { items } = await jornada<{ items: object[] }>('codes', 'list');
  expect(items).toEqual([expect.objectContaining({ left: 0, held: 0, out: 190, loaded: 190 })]);

  const shown = await Promise.all(people(200).map(offersOf));
  const owned = shown.flatMap((offers) => offers.map(({ code }) => code));
  expect(owned.sort()).toEqual([...codes].sort());
}, 180_000);

it('judges the stock whatever the arm: the last to enter are in neither side of a comparison', async () => {
  world = await testWorld({
    clock: '2027-02-03T15:00:00Z',
    project: {
      journeys: journeys.map((one) =>
        one.id === 'provider-offer' ? { ...one, policy: { ...one.policy, holdout: { percent: 40 } } } : one,
      ),
    },
  });
  await search(people(60), 1);
  await load(0, 50);
  await launch();
  expect(await refusals()).toEqual(Array.from({ length: 10 }, () => 'no_code'));

  const sent = await codesSent();
  const { rows: arms } = await world.db.query<{ arm: string; n: number }>(
    `select arm, count(*)::int as n from experiment_assignments where experiment = 'provider-offer' group by 1`,
  );
  const of = Object.fromEntries(arms.map(({ arm, n }) => [arm, n]));
  expect(of['treatment']).toBe(sent.length);
  expect(of['control']).toBe(50 - sent.length);
  expect(new Set(sent).size).toBe(sent.length);
  // What the control did not get is there for who comes later.
  const { items } = await jornada<{ items: object[] }>('codes', 'list');
  expect(items).toEqual([expect.objectContaining({ left: 50 - sent.length, out: sent.length })]);
}, 180_000);
