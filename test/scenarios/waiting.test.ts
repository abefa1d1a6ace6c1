import { setTimeout as delay } from 'node:timers/promises';
import { holdClock } from '../../sandbox/clock/clock-row';
import { appointmentCare } from '../../workflows/appointment-care/v1';
import { featureHowTo } from '../../workflows/feature-how-to/v1';
import { flashReward } from '../../workflows/flash-reward/v1';
import { fixturesPath, looksAhead, looksBack, visitOrRedemption } from './fixtures/journeys';
import { eventually } from '../support/eventually';
import { phone, play } from './support/acts';
import { words } from './support/readings';
import { runHistory } from './support/temporal-history';
import { type TestWorld, testWorld } from './support/world';

/** One running stack; the tests go on in time where the one before stopped. */
let world: TestWorld;
beforeAll(async () => {
  const journeys = [appointmentCare, featureHowTo, flashReward, looksAhead, looksBack, visitOrRedemption];
  world = await testWorld({
    clock: '2027-01-27T12:00:00Z',
    project: { journeys },
    workflowsPath: fixturesPath,
  });
});
afterAll(() => world.end());

const feature = { feature: 'find-provider' };
const adopts = (userId: string) => () => world.happens(userId, 'Feature Adopted', feature);
const checksIn =
  (userId: string, visitId = 'V1') =>
  () =>
    world.happens(userId, 'Visit Checked In', { visitId, providerId: 'P7' });

describe('a look back', () => {
  it('takes what was stored by so many days before, and without it nothing is', async () => {
    const adopted = (userId: string, messageId: string) => () =>
      world.post('/v1/track', { userId, event: 'Feature Adopted', properties: feature, messageId });
    const searches = (userId: string) => () => world.happens(userId, 'Provider Searched');
    await play(world, [
      { at: '2027-01-27T14:59:59Z', does: adopted('Y', 'of Y') },
      { at: '2027-01-27T15:00:00Z', does: adopted('at the edge', 'of the edge') },
      { at: '2027-02-01T15:00:00Z', does: adopted('X', 'of X') },
      {
        at: '2027-02-01T16:00:00Z',
        does: () =>
          world.post('/v1/track', {
            userId: 'X',
            event: 'Feature Adopted',
            properties: { feature: 'reminders' },
          }),
      },
      { at: '2027-02-03T15:00:00Z', does: searches('X') },
      { at: '2027-02-03T15:00:00Z', does: searches('Y') },
      { at: '2027-02-03T15:00:00Z', does: searches('at the edge') },
    ]);
    expect(await world.outcomes('user_id:X', 'looks-back')).toEqual(['adopted of X @ 2027-02-03T15:00:00Z']);
    await world.moveTo('2027-02-04T15:01:00Z');
    const outcomes = async (userId: string) => [
      ...(await world.outcomes(`user_id:${userId}`, 'looks-back')),
      ...(await world.outcomes(`user_id:${userId}`, 'looks-ahead')),
    ];
    const timeout = 'timeout @ 2027-02-04T15:00:00Z';
    expect(await outcomes('X')).toEqual(['adopted of X @ 2027-02-03T15:00:00Z', timeout]);
    expect(await outcomes('Y')).toEqual([timeout, timeout]);
    expect(await outcomes('at the edge')).toEqual(['adopted of the edge @ 2027-02-03T15:00:00Z', timeout]);
  });

  it('goes by when it happened, where the customer lives', async () => {
    // Seven days before 10:00 on 17 March is 10:00 on the 10th, an hour more than 168 hours before.
    const adopted = (userId: string, timestamp: string) =>
      world.post('/v1/track', { userId, event: 'Feature Adopted', properties: feature, timestamp });
    const customers = [
      ['ny-in', 'America/New_York', '2027-03-10T15:00:00.000Z', true],
      ['ny-out', 'America/New_York', '2027-03-10T14:59:59.999Z', false],
      ['sp-in', 'America/Sao_Paulo', '2027-03-10T14:00:00.000Z', true],
      ['sp-out', 'America/Sao_Paulo', '2027-03-10T13:59:59.999Z', false],
    ] as const;
    await world.exactly('2027-03-17T14:00:00Z', async () => {
      for (const [userId, timezone, timestamp] of customers) {
        world.segment.identify({ userId, traits: { timezone } });
        await world.flush();
        await adopted(userId, timestamp);
        await world.happens(userId, 'Provider Searched');
      }
    });
    for (const [userId, , , found] of customers) {
      const outcomes = await world.outcomes(`user_id:${userId}`, 'looks-back');
      expect([userId, outcomes.length]).toEqual([userId, found ? 1 : 0]);
    }
  });
});

describe('the first of several events', () => {
  it('wins, takes its branch once, and the others are let go', async () => {
    await play(world, [
      { at: '2027-03-20T15:00:00Z', does: () => world.happens('both', 'App Opened') },
      { at: '2027-03-21T16:00:00Z', does: checksIn('both', 'W1') },
      {
        at: '2027-03-21T16:00:01Z',
        does: () => world.happens('both', 'Offer Redeemed', { offerId: 'O1' }),
      },
    ]);
    await world.moveTo('2027-03-24T00:00:00Z');
    const journey = 'visit-or-redemption';
    expect(await world.outcomes('user_id:both', journey)).toEqual([
      'branch of visit @ 2027-03-21T16:00:00Z',
      'end of the branch @ 2027-03-21T17:00:00Z',
    ]);
    const [branch] = (await world.history('user_id:both', 'outcome')).filter(
      (outcome) => outcome['journey'] === journey,
    );
    expect(branch?.['value']).toMatchObject({ visitId: 'W1', providerId: 'P7' });
    expect(await world.runs('user_id:both', journey)).toEqual([
      'visit-or-redemption entered @ 2027-03-20T15:00:00Z',
      'visit-or-redemption completed @ 2027-03-21T17:00:00Z',
    ]);
    const { events } = await runHistory(world, 'user_id:both', journey);
    expect(events.filter((event) => event.startsWith('timer'))).toEqual([
      'timer started',
      'timer canceled',
      'timer started',
      'timer fired',
    ]);
  });

  it('is the other when that comes first, and none at the timeout, of calendar days', async () => {
    await play(world, [
      { at: '2027-10-29T14:00:00Z', does: () => world.happens('other', 'App Opened') },
      // The clocks change on 7 November.
      { at: '2027-11-05T14:00:00Z', does: () => world.happens('neither', 'App Opened') },
      {
        at: '2027-10-30T14:00:00Z',
        does: () => world.happens('other', 'Offer Redeemed', { offerId: 'O1' }),
      },
      { at: '2027-10-30T14:00:01Z', does: checksIn('other', 'W2') },
    ]);
    await world.moveTo('2027-11-09T00:00:00Z');
    expect((await world.outcomes('user_id:other', 'visit-or-redemption'))[0]).toBe(
      'branch of redemption @ 2027-10-30T14:00:00Z',
    );
    expect(await world.outcomes('user_id:neither')).toEqual(['timeout @ 2027-11-08T15:00:00Z']);
  });
});

describe('seen and not used', () => {
  const begin = '2027-11-09T15:00:00Z';
  const due = '2027-11-10T15:00:00Z';

  beforeAll(async () => {
    for (const [n, userId] of ['w', 'x', 'y', 'z'].entries()) await world.subscribe(userId, phone(n));
    const views = (userId: string) => world.happens(userId, 'Feature Viewed', feature);
    await play(world, [
      {
        at: begin,
        does: async () => {
          for (const userId of ['w', 'x', 'y', 'z']) await views(userId);
        },
      },
      {
        at: '2027-11-10T14:59:59Z',
        does: async () => {
          await adopts('x')();
          await adoptInTheInstant('y', due);
        },
      },
    ]);
    await world.exactly('2027-11-10T15:00:01Z', adopts('z'));
  });

  /** The event is taken in at the very millisecond at which the timer of its run is due. */
  async function adoptInTheInstant(userId: string, instant: string) {
    const client = await world.db.connect();
    try {
      await client.query('begin');
      await client.query(
        `select from profiles where profile_id = (select profile_id from identifiers where type = 'user_id' and value = $1) for update`,
        [userId],
      );
      // It has to wait for the customer, and finds it to be that instant when it goes on.
      const adoption = adopts(userId)();
      await delay(50);
      await holdClock(client, new Date(instant));
      await client.query('commit');
      await adoption;
    } finally {
      client.release();
    }
  }

  it('shows how, a day later, to who has not used it by then', async () => {
    for (const userId of ['w', 'z']) {
      expect(await world.sent(`user_id:${userId}`)).toEqual([`feature-how-to @ ${due}`]);
    }
    const changes = await world.runs('user_id:z', 'feature-how-to');
    expect(changes).toEqual([`feature-how-to entered @ ${begin}`, `feature-how-to completed @ ${due}`]);
  });

  it('shows nothing to who used it, were it in the instant at which time is up', async () => {
    for (const userId of ['x', 'y']) expect(await world.sent(`user_id:${userId}`)).toEqual([]);
    const adoption = (await world.history('user_id:y', 'event')).at(-1);
    expect(adoption).toMatchObject({ name: 'Feature Adopted', receivedAt: '2027-11-10T15:00:00.000Z' });
    expect(await world.runs('user_id:y', 'feature-how-to')).toEqual([
      `feature-how-to entered @ ${begin}`,
      `feature-how-to completed @ ${due}`,
    ]);
  });

  it('comes to the same when the histories are walked through again', async () => {
    for (const userId of ['w', 'x', 'y', 'z']) {
      const history = await runHistory(world, `user_id:${userId}`, 'feature-how-to');
      await expect(history.replay()).resolves.toBeUndefined();
    }
  });
});

describe('what arrives around the end of a wait', () => {
  const start = '2027-11-11T15:00:00Z';
  const end = Date.parse('2027-11-12T15:00:00Z');
  const howTos = async (userId: string) => (await world.sent(`user_id:${userId}`)).length;

  it('ends it if it came in time, however late it is written down', async () => {
    await world.subscribe('slow', phone(5));
    await world.exactly(start, () => world.happens('slow', 'Feature Viewed', feature));
    await world.exactly(new Date(end - 1_000).toISOString(), async () => {});
    await holdClock(world.db, new Date(end));
    const client = await world.db.connect();
    await client.query('begin');
    // Reading goes on; whoever writes events has to wait.
    await client.query('lock table events in exclusive mode');
    const adoption = adopts('slow')();
    await eventually(async () => (await waiting()) === 1);
    const moved = world.moveTo(new Date(end + 60_000).toISOString());
    await eventually(async () => (await waiting()) === 2);
    await client.query('commit');
    client.release();
    await adoption;
    await moved;
    expect(await howTos('slow')).toBe(0);
    expect((await world.runs('user_id:slow')).at(-1)).toMatch('feature-how-to completed');
  });

  /** Transactions of the stack that wait for another to end. */
  async function waiting() {
    const { rows } = await world.db.query<{ n: number }>(
      `select count(distinct pid)::int as n from pg_locks join pg_stat_activity using (pid)
       where not granted and datname = current_database()`,
    );
    return rows[0]?.n ?? 0;
  }

  it('ends it if it came by the due millisecond, and not after, in a crowd', async () => {
    const crowd = Array.from({ length: 60 }, (_, n) => `crowd-${n}`);
    const begun = '2027-11-13T15:00:00Z';
    await world.exactly(begun, async () => {
      for (const [n, userId] of crowd.entries()) {
        const messaging_subscriptions = [{ key: phone(100 + n), type: 'SMS', status: 'SUBSCRIBED' }];
        world.segment.identify({
          userId,
          traits: { phone: phone(100 + n) },
          context: { messaging_subscriptions },
        });
        world.segment.track({ userId, event: 'Feature Viewed', properties: feature });
      }
      await world.flush();
    });
    const due = Date.parse(begun) + 24 * 3_600_000;
    await world.moveTo(new Date(due - 2_500).toISOString());
    const { body } = await world.call<{ now: string }>('GET', '/sandbox/clock');
    const ahead = Date.parse(body.now) - Date.now();
    // Timers and adoptions meet while the clock ticks.
    await Promise.all(
      crowd.map(async (userId, n) => {
        await delay(due - 1_500 + n * 30 - ahead - Date.now());
        await adopts(userId)();
      }),
    );
    await world.moveTo(new Date(due + 60_000).toISOString());
    let inTime = 0;
    for (const userId of crowd) {
      const events = await world.history(`user_id:${userId}`, 'event');
      const adoption = events.find(({ name }) => name === 'Feature Adopted');
      const came = Date.parse(String(adoption?.['receivedAt'])) - due;
      if (came <= 0) inTime++;
      expect([userId, came, await howTos(userId)]).toEqual([userId, came, came <= 0 ? 0 : 1]);
    }
    expect(inTime).toBeGreaterThan(5);
    expect(inTime).toBeLessThan(55);
  });
});

describe('the goal', () => {
  const redeems = (userId: string) => () => world.happens(userId, 'Offer Redeemed', { offerId: 'any' });

  it('ends a run, and counts after it too, to the last millisecond', async () => {
    for (const [n, userId] of ['gw', 'gx', 'gy', 'gz'].entries()) {
      await world.subscribe(userId, phone(10 + n));
    }
    await play(world, [
      {
        at: '2027-11-16T15:00:00Z',
        does: async () => {
          for (const userId of ['gw', 'gx', 'gy', 'gz']) await checksIn(userId)();
        },
      },
      { at: '2027-11-16T15:20:00Z', does: redeems('gx') },
      { at: '2027-11-16T16:50:00Z', does: redeems('gy') },
      { at: '2027-11-16T17:00:00Z', does: redeems('gw') },
      { at: '2027-11-16T17:00:01Z', does: redeems('gz') },
    ]);
    const entered = 'flash-reward entered @ 2027-11-16T15:00:00Z';
    expect(await world.runs('user_id:gx', 'flash-reward')).toEqual([
      entered,
      'flash-reward converted goal @ 2027-11-16T15:20:00Z',
    ]);
    expect(await world.sent('user_id:gx')).toEqual(['flash-reward @ 2027-11-16T15:00:00Z']);
    for (const userId of ['gw', 'gy', 'gz']) {
      expect(await world.runs(`user_id:${userId}`, 'flash-reward')).toEqual([
        entered,
        'flash-reward completed @ 2027-11-16T16:30:00Z',
      ]);
      expect((await world.sent(`user_id:${userId}`)).at(-1)).toBe(
        'flash-reward-reminder @ 2027-11-16T16:30:00Z',
      );
    }
    const goals = async (userId: string) =>
      (await world.outcomes(`user_id:${userId}`, 'flash-reward')).filter((one) => one.startsWith('goal'));
    expect(await goals('gx')).toEqual(['goal @ 2027-11-16T15:20:00Z']);
    expect(await goals('gy')).toEqual(['goal @ 2027-11-16T16:50:00Z']);
    expect(await goals('gw')).toEqual(['goal @ 2027-11-16T17:00:00Z']);
    expect(await goals('gz')).toEqual([]);
  });

  it('goes by when it happened, not by when we hear of it', async () => {
    const visit = (userId: string, timestamp: string) =>
      world.post('/v1/track', {
        userId,
        event: 'Visit Checked In',
        properties: { visitId: 'T1', providerId: 'P7' },
        timestamp,
      });
    const redemption = (userId: string, timestamp: string) =>
      world.post('/v1/track', {
        userId,
        event: 'Offer Redeemed',
        properties: { offerId: 'any' },
        timestamp,
      });
    const trigger = '2027-11-16T18:00:00.000Z';
    const cases = [
      ['before the trigger', '2027-11-16T17:59:59.999Z', 0],
      ['with the trigger', trigger, 1],
      ['at the limit', '2027-11-16T20:00:00.000Z', 1],
      ['past the limit', '2027-11-16T20:00:00.001Z', 0],
    ] as const;
    await world.exactly('2027-11-16T18:00:00Z', async () => {
      for (const [name] of cases) await visit(`goal ${name}`, trigger);
    });
    await world.exactly('2027-11-16T22:00:00Z', async () => {
      for (const [name, timestamp] of cases) {
        await redemption(`goal ${name}`, timestamp);
        await redemption(`goal ${name}`, timestamp);
      }
    });
    for (const [name, , count] of cases) {
      const outcomes = await world.outcomes(`user_id:goal ${name}`, 'flash-reward');
      expect([name, outcomes.filter((one) => one.startsWith('goal')).length]).toEqual([name, count]);
    }
  });
});

describe('an exit', () => {
  it('ends a run that waits, and leaves no timer behind', async () => {
    await world.subscribe('treated', phone(20));
    await play(world, [
      { at: '2027-11-17T19:03:07Z', does: checksIn('treated') },
      {
        at: '2027-11-17T19:50:00Z',
        does: () => world.happens('treated', 'Treatment Recorded', { visitId: 'V1' }),
      },
    ]);
    await world.moveTo('2027-11-17T21:00:00Z');
    expect(await world.runs('user_id:treated', 'flash-reward')).toEqual([
      'flash-reward entered @ 2027-11-17T19:03:07Z',
      'flash-reward exited exit_event @ 2027-11-17T19:50:00Z',
    ]);
    expect(await world.sent('user_id:treated')).toEqual(['flash-reward @ 2027-11-17T19:03:07Z']);
    const { events } = await runHistory(world, 'user_id:treated', 'flash-reward');
    expect(events.filter((event) => event.startsWith('timer'))).toEqual(['timer started', 'timer canceled']);
    expect(events.at(-1)).toBe('completed');
  });

  const visit = '2027-11-18T15:00:00.000Z';
  const cases = [
    ['after it', 'V1', '2027-11-18T15:00:01.000Z', true],
    ['in the same instant', 'V1', visit, true],
    ['before it', 'V1', '2027-11-18T14:59:59.999Z', false],
    ['of another visit', 'V2', '2027-11-18T15:00:01.000Z', false],
    ['of the visit as a number', 7, '2027-11-18T15:00:01.000Z', true],
    ['of what only looks like it', '07', '2027-11-18T15:00:01.000Z', false],
  ] as const;
  it('counts when it happened after the trigger and matches, whichever came first', async () => {
    const happened = (userId: string, event: string, visitId: string | number, timestamp: string) =>
      world.post('/v1/track', { userId, event, properties: { visitId, providerId: 'P7' }, timestamp });
    const visitOf = (visitId: string | number) => (['V1', 'V2'].includes(String(visitId)) ? 'V1' : '7');
    await world.exactly('2027-11-18T15:00:05Z', async () => {
      for (const [name, visitId, at] of cases) {
        await world.post('/v1/track', {
          userId: `exit ${name}, late`,
          event: 'Visit Checked In',
          properties: { visitId: visitOf(visitId), providerId: 'P7' },
          timestamp: visit,
        });
        await happened(`exit ${name}, late`, 'Treatment Recorded', visitId, at);
        await happened(`exit ${name}, early`, 'Treatment Recorded', visitId, at);
        await happened(`exit ${name}, early`, 'Visit Checked In', visitOf(visitId), visit);
      }
    });
    for (const [name, , , ends] of cases) {
      for (const order of ['late', 'early']) {
        const changes = await world.history(`user_id:exit ${name}, ${order}`, 'enrollment');
        const flash = changes.filter(({ journey }) => journey === 'flash-reward');
        expect([name, order, ...flash.map((change) => words(change, 'status'))]).toEqual([
          name,
          order,
          'entered',
          ...(ends ? ['exited'] : []),
        ]);
      }
    }
  });
});
