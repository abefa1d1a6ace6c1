import { type CuttableProxy, cuttableProxy } from '../support/cuttable-proxy';
import { temporalAddress } from '../support/temporal';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '../../config/logger';
import { flashReward } from '../../workflows/flash-reward/v1';
import { fixturesPath, viewsInOrder } from '../scenarios/fixtures/journeys';
import { phone } from '../scenarios/support/acts';
import { second, words } from '../scenarios/support/readings';
import { type TestWorld, testWorld } from '../scenarios/support/world';

/** A stack whose way to Temporal can be cut; the tests go on in time where the one before stopped. */
let world: TestWorld;
let wayToTemporal: CuttableProxy;
beforeAll(async () => {
  wayToTemporal = await cuttableProxy(temporalAddress());
  world = await testWorld({
    clock: '2027-02-02T14:50:00Z',
    temporal: wayToTemporal.address,
    project: { journeys: [flashReward, viewsInOrder] },
    workflowsPath: fixturesPath,
    // It reports its loss of Temporal, as it should.
    log: createLogger({ level: 'fatal' }),
  });
});
afterAll(async () => {
  await world.end();
  await wayToTemporal.close();
});

const patientsOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ userId: `${name}-${n}`, number: phone(patients++) }));
let patients = 0;

async function arrive(some: readonly { userId: string; number: string }[]): Promise<void> {
  for (const { userId, number: key } of some) {
    const messaging_subscriptions = [{ key, type: 'SMS' as const, status: 'SUBSCRIBED' as const }];
    world.segment.identify({ userId, traits: { phone: key }, context: { messaging_subscriptions } });
  }
  await world.flush();
}

const checksIn = (userId: string) =>
  world.happens(userId, 'Visit Checked In', { visitId: 'V1', providerId: 'P7' });
const views = (userId: string, feature: string) => world.happens(userId, 'Feature Viewed', { feature });

/** They are done with, so that time can go on without them. */
const areTreated = (some: readonly { userId: string }[]) =>
  world.post('/v1/batch', {
    batch: some.map(({ userId }) => ({
      type: 'track',
      userId,
      event: 'Treatment Recorded',
      properties: { visitId: 'V1' },
    })),
  });

/** As time goes by of itself; the clock's route would first see to what is due, which cannot be done now. */
const letPass = (ms: number) => world.db.query('update clock set offset_ms = offset_ms + $1', [ms]);

async function expectEachRunOnce(some: readonly { userId: string; number: string }[]): Promise<void> {
  for (const { userId, number } of some) {
    const history = await world.history(`user_id:${userId}`);
    const entries = history
      .filter(({ kind }) => kind === 'enrollment')
      .map((one) => words(one, 'journey', 'status'));
    expect([userId, ...entries.slice(0, 2).sort()]).toEqual([
      userId,
      'flash-reward entered',
      'views-in-order entered',
    ]);
    expect([userId, entries.filter((entry) => entry.includes('refused'))]).toEqual([userId, []]);
    const heard = history.filter(({ outcome }) => outcome === 'heard').map(({ value }) => value);
    expect([userId, ...heard]).toEqual([userId, ['first', 'second', 'third']]);
    expect([userId, (await world.messagesTo(number)).length]).toEqual([userId, 1]);
  }
}

async function expectReckonedFromCheckIn(userId: string): Promise<void> {
  const [visit] = (await world.history(`user_id:${userId}`, 'event')).filter(
    ({ name }) => name === 'Visit Checked In',
  );
  const at = Date.parse(String(visit?.['receivedAt']));
  const { offers } = await world.customer(`user_id:${userId}`);
  expect(offers).toMatchObject([{ expiresAt: new Date(at + 2 * 3_600_000).toISOString() }]);
  const reminded = new Date(at + 90 * 60_000).toISOString();
  expect((await world.sent(`user_id:${userId}`)).at(-1)).toBe(`flash-reward-reminder @ ${second(reminded)}`);
}

describe('Temporal away for five minutes', () => {
  const patients = patientsOf('away', 300);

  it('costs nobody an answer, a run or a text, and runs hear everything in order', async () => {
    await arrive(patients);
    await world.moveTo('2027-02-02T15:00:00Z');
    wayToTemporal.cut();
    for (const [n, { userId }] of patients.entries()) {
      await checksIn(userId);
      await views(userId, 'first');
      // What comes next of the others comes between.
      const [earlier, earliest] = [patients[n - 10], patients[n - 20]];
      if (earlier) await views(earlier.userId, 'second');
      if (earliest) await views(earliest.userId, 'third');
      await letPass(1_000);
    }
    for (const { userId } of patients.slice(-10)) await views(userId, 'second');
    for (const { userId } of patients.slice(-20)) await views(userId, 'third');
    expect((await world.call('GET', '/health/ready')).status).toBe(503);
    expect((await world.call('GET', '/health/live')).status).toBe(200);
    for (const { number } of patients) expect(await world.messagesTo(number)).toEqual([]);

    wayToTemporal.restore();
    await world.settle();
    const { body } = await world.call<{ now: string }>('GET', '/sandbox/clock');
    expect(body.now > '2027-02-02T15:05:00Z').toBe(true);
    await expectEachRunOnce(patients);
    expect((await world.call('GET', '/health/ready')).status).toBe(200);
  });

  it('shifts nothing of what is reckoned from the check-in', async () => {
    await world.moveTo('2027-02-02T16:30:10Z');
    for (const { userId } of patients.slice(0, 8)) await expectReckonedFromCheckIn(userId);
    await areTreated(patients);
  });
});

describe('Temporal that comes and goes', () => {
  const patients = patientsOf('flapping', 60);

  it('costs nobody a run or a text, and makes nobody two', async () => {
    await arrive(patients);
    await world.moveTo('2027-02-03T15:00:00Z');
    for (const [n, { userId }] of patients.entries()) {
      if (n % 10 === 3) wayToTemporal.cut();
      if (n % 10 === 7) wayToTemporal.restore();
      await checksIn(userId);
      for (const feature of ['first', 'second', 'third']) await views(userId, feature);
    }
    wayToTemporal.restore();
    await world.settle();
    await expectEachRunOnce(patients);
    await areTreated(patients);
  });
});

describe('a database that is slow for some seconds', () => {
  const patients = patientsOf('slow', 3);

  it('shifts nothing of what is reckoned from the check-in', async () => {
    await arrive(patients);
    const client = await world.db.connect();
    await client.query('begin');
    // Nothing can be granted, and the task of the run takes as long.
    await client.query('lock table offers in exclusive mode');
    await world.moveTo('2027-02-04T15:00:00Z');
    for (const { userId } of patients) await checksIn(userId);
    await delay(5_000);
    await client.query('commit');
    client.release();
    await world.moveTo('2027-02-04T16:31:00Z');
    for (const { userId } of patients) await expectReckonedFromCheckIn(userId);
  });
});
