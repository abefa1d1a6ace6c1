import { request } from 'node:http';
import { join } from 'node:path';
import { ServiceError } from '@temporalio/client';
import { startClock } from '../../sandbox/clock/clock';
import type { Database } from '../../store/database';
import type { RunningWorker } from '../../worker/start-worker';
import { second, type TestWorld, testWorld } from '../scenarios/support/world';
import { testDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { silent } from '../worker/support';
import { patient, stumbling } from './fixtures/journeys';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ clock: '2027-02-02T15:00:00Z' });
});
afterAll(() => world.end());

const move = (body: unknown) => world.call<Record<string, never>>('POST', '/sandbox/clock', body);
const now = async () => Date.parse((await world.call<{ now: string }>('GET', '/sandbox/clock')).body.now);

async function customers(prefix: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => `${prefix}${n}`);
  for (const id of ids) await world.subscribe(id, phone());
  return ids;
}

let phones = 0;
const phone = () => `+1212555${String(1000 + phones++)}`;

/** `<message> @ <instant>` of every text of these customers, in the order of the record. */
async function texts(ids: readonly string[]): Promise<string[]> {
  const { rows } = await world.db.query<{ text: string }>(
    `select i.value || ' ' || s.message || ' @ ' || to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as text
     from send_changes c join sends s using (send_id) join identifiers i on i.profile_id = s.profile_id
     where i.type = 'user_id' and i.value = any($1) and c.status = 'sent' order by c.at, c.seq`,
    [ids],
  );
  return rows.map((row) => row.text);
}

describe('the clock’s route', () => {
  it('tells the time, and moves it by words, by ISO 8601 and to an instant', async () => {
    const start = await now();
    expect(start).toBeGreaterThanOrEqual(Date.parse('2027-02-02T15:00:00Z'));
    expect((await move({ advance: '3 minutes' })).status).toBe(200);
    expect((await move({ advance: 'PT1M30S' })).status).toBe(200);
    const moved = await now();
    expect(moved - start).toBeGreaterThanOrEqual(270_000);
    expect(moved - start).toBeLessThan(300_000);
    const to = new Date(moved + 3_600_000).toISOString();
    const { status, body } = await move({ to });
    expect(status).toBe(200);
    expect(Date.parse(body['now'] ?? '') - Date.parse(to)).toBeGreaterThanOrEqual(0);
    expect(Date.parse(body['now'] ?? '') - Date.parse(to)).toBeLessThan(5_000);
  });

  it.each([
    [{ to: '2027-02-02T14:59:59Z' }, 'clock_backwards'],
    [{ advance: '-3 days' }, 'invalid_request'],
    [{ advance: '3 fortnights' }, 'invalid_request'],
    [{ advance: '99999 days' }, 'invalid_request'],
    [{ to: 'tomorrow' }, 'invalid_request'],
    [{ to: '2027-13-01T00:00:00Z' }, 'invalid_request'],
    [{ advance: '1 day', to: '2028-01-01T00:00:00Z' }, 'invalid_request'],
    [{}, 'invalid_request'],
    [[], 'invalid_request'],
  ])('refuses %j as %s', async (body, code) => {
    expect(await move(body)).toMatchObject({ status: 400, body: { error: { code } } });
  });

  it('takes JSON whatever it is called, as `curl -d` sends it', async () => {
    const response = await fetch(`${world.stack.url}/sandbox/clock`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: '{"advance":"1 second"}',
    });
    expect(response.status).toBe(200);
  });

  it('answers programs of this machine only', async () => {
    const { hostname, port } = new URL(world.stack.url);
    const status = await new Promise((resolve, reject) => {
      request(
        { hostname, port, path: '/sandbox/clock', headers: { host: 'clock.example.com' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it('makes one move after the other, however many are asked for at once', async () => {
    const before = await now();
    const answers = await Promise.all([
      move({ advance: '1 hour' }),
      move({ advance: '1 hour' }),
      move({ advance: '1 hour' }),
    ]);
    const stands = answers.map(({ body }) =>
      Math.floor((Date.parse(body['now'] ?? '') - before) / 3_600_000),
    );
    expect(stands).toEqual([1, 2, 3]);
  });
});

describe('advancing the clock', () => {
  it('lets everything due on the way happen at its instant, for ninety days and across a change of clocks', async () => {
    await world.moveTo('2027-10-27T01:40:00Z');
    const ids = await customers('onboard', 2);
    for (const id of ids) {
      world.segment.identify({ userId: id, traits: { timezone: 'America/Los_Angeles' } });
      await world.track(id, 'Account Registered');
    }
    await world.moveTo('2027-11-07T18:00:00Z');
    world.segment.identify({ userId: ids[1] ?? '', traits: { timezone: 'America/New_York' } });
    await world.flush();
    await world.moveTo('2028-01-20T00:00:00Z');
    const [x, y] = ids;
    expect(await world.sent(`user_id:${x}`)).toEqual([
      expect.stringMatching(/^onboarding-1 @ 2027-10-27T01:40/),
      'onboarding-2 @ 2027-10-28T17:00:00Z',
      'onboarding-3 @ 2027-10-31T17:00:00Z',
      'onboarding-4 @ 2027-11-04T17:00:00Z',
      'onboarding-5 @ 2027-11-09T18:00:00Z',
      'onboarding-6 @ 2027-11-16T18:00:00Z',
      'onboarding-7 @ 2027-11-25T18:00:00Z',
      'onboarding-8 @ 2027-12-10T18:00:00Z',
      'onboarding-9 @ 2027-12-25T18:00:00Z',
      'onboarding-10 @ 2028-01-14T18:00:00Z',
    ]);
    expect(await world.sent(`user_id:${y}`)).toContain('onboarding-5 @ 2027-11-09T15:00:00Z');
  });

  it('wakes customers in the order of their instants, each at its own to the millisecond', async () => {
    const ids = await customers('order', 8);
    // Entered in one order, due in another: each a minute earlier than the one before.
    const entered: string[] = [];
    await world.moveTo('2028-02-01T15:00:00Z');
    for (const id of [...ids].reverse()) {
      await world.track(id, 'Feature Viewed', { feature: 'find-provider' });
      await world.settle();
      const [run] = await world.history(`user_id:${id}`, 'enrollment');
      entered.push(run?.at ?? '');
      await move({ advance: '1 minute' });
    }
    await move({ advance: '2 days' });
    const { rows } = await world.db.query<{ at: Date; id: string }>(
      `select s.created_at as at, i.value as id from sends s join identifiers i using (profile_id)
       where i.type = 'user_id' and i.value = any($1) order by s.created_at`,
      [ids],
    );
    expect(rows.map(({ id }) => id)).toEqual([...ids].reverse());
    const due = entered.map((at) => Date.parse(at) + 86_400_000);
    expect(rows.map(({ at }) => at.getTime())).toEqual(due);
  });

  it('wakes a hundred runs that are due almost at once, each once and at its instant', async () => {
    await world.moveTo('2028-03-01T15:00:00Z');
    const ids = await customers('crowd', 100);
    await world.exactly('2028-03-01T16:00:00Z', async () => {
      for (const userId of ids) {
        world.segment.track({ userId, event: 'Feature Viewed', properties: { feature: 'find-provider' } });
      }
      await world.flush();
    });
    await world.moveTo('2028-03-02T15:59:59Z');
    expect(await texts(ids)).toEqual([]);
    await world.moveTo('2028-03-03T00:00:00Z');
    const { rows } = await world.db.query<{ id: string; waited: boolean }>(
      `select i.value as id, s.created_at - e.entered_at = interval '24 hours' as waited
       from enrollments e join sends s using (enrollment_id) join identifiers i on i.profile_id = e.profile_id
       where i.type = 'user_id' and i.value = any($1) and e.key = 'find-provider'`,
      [ids],
    );
    expect(rows).toHaveLength(100);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(100);
    expect(rows.filter(({ waited }) => !waited)).toEqual([]);
  }, 120_000);

  it('takes an event that arrives in the very instant of a timer before the timer', async () => {
    await world.moveTo('2028-04-01T14:00:00Z');
    const [early, tied, late] = await customers('tie', 3);
    const feature = { feature: 'find-provider' };
    await world.exactly('2028-04-01T15:00:00Z', async () => {
      for (const id of [early, tied, late]) await world.track(id ?? '', 'Feature Viewed', feature);
    });
    await world.exactly('2028-04-02T14:59:59Z', () => world.track(early ?? '', 'Feature Adopted', feature));
    await world.exactly('2028-04-02T15:00:00Z', () => world.track(tied ?? '', 'Feature Adopted', feature));
    await world.exactly('2028-04-02T15:00:01Z', () => world.track(late ?? '', 'Feature Adopted', feature));
    await move({ advance: '1 day' });
    expect(await texts([early ?? '', tied ?? '', late ?? ''])).toEqual([
      `${late} feature-how-to @ 2028-04-02T15:00:00Z`,
    ]);
  });

  it('moves lifecycle stages at their instant, with what enters on them', async () => {
    await world.moveTo('2028-05-01T15:00:00Z');
    const [id = ''] = await customers('quiet', 1);
    await world.exactly('2028-05-01T17:00:00Z', () => world.track(id, 'Account Registered'));
    await world.moveTo('2028-12-01T00:00:00Z');
    const moves = (await world.history(`user_id:${id}`, 'stage')).map(
      ({ at, to }) => `${to} @ ${second(at)}`,
    );
    expect(moves).toEqual(['new @ 2028-05-01T17:00:00Z', 'inactive @ 2028-07-30T04:00:00Z']);
    expect(await world.sent(`user_id:${id}`)).toContain('reactivation-1 @ 2028-07-30T12:00:00Z');
  });

  it('lets a run wake by itself, while the clock ticks, whose own clock had stood still', async () => {
    const [id = ''] = await customers('tick', 1);
    await world.track(id, 'Feature Viewed', { feature: 'find-provider' });
    await world.settle();
    const [entered] = await world.history(`user_id:${id}`, 'enrollment');
    const due = Date.parse(entered?.at ?? '') + 86_400_000;
    await world.moveTo(new Date(due - 1_500).toISOString());
    expect(await texts([id])).toEqual([]);
    await eventually(async () => (await texts([id])).length === 1);
    const [send] = (await world.history(`user_id:${id}`, 'send')).filter(({ status }) => status === 'sent');
    const lateMs = Date.parse(send?.at ?? '') - due;
    expect(lateMs).toBeGreaterThan(-200);
    expect(lateMs).toBeLessThan(5_000);
  });
});

describe('a run that does not wake', () => {
  it('holds the clock up for a while, not for ever, and no other run', async () => {
    const other = await testWorld({
      clock: '2027-02-02T15:00:00Z',
      project: { journeys: [stumbling, patient] },
      workflowsPath: join(__dirname, 'fixtures', 'index.ts'),
      log: silent,
    });
    try {
      await other.exactly('2027-02-02T16:00:00Z', () => other.track('ada', 'App Opened'));
      await other.moveTo('2027-02-03T00:00:00Z');
      expect(await other.outcomes('user_id:ada')).toEqual(['waited @ 2027-02-02T18:00:00Z']);
      const began = performance.now();
      await other.moveTo('2027-02-04T00:00:00Z');
      // The first time the run was given twenty.
      expect(performance.now() - began).toBeLessThan(15_000);
    } finally {
      await other.end();
    }
  }, 180_000);
});

const alone = (db: Database) => ({
  db,
  sweep: async () => 0,
  settle: async () => 0,
  operations: { due: async () => false, work: async () => 0 },
  providerIdle: async () => {},
  log: silent,
});

describe('while Temporal is away, or in trouble as it comes back', () => {
  it.each([
    ['unavailable', 14],
    ['internal', 13],
    ['unknown', 2],
  ])('the clock says so, and that it has not got as far as asked: %s', async (_, code) => {
    const database = await testDatabase();
    const clock = await startClock({ ...alone(database.pool), canMove: true });
    const cause = Object.assign(new Error('h2 protocol error'), { code, details: '', metadata: {} });
    const fails = async () => {
      throw new ServiceError('Failed to describe workflow', { cause });
    };
    const client = {
      connection: { withDeadline: fails },
      workflow: { getHandle: () => ({ describe: fails }) },
    };
    try {
      const worker = { client, dispatcher: { drained: async () => {} } };
      await clock.drive(worker as unknown as RunningWorker);
      clock.onDelivered('journey/patient/1', 'signal');
      await expect(clock.moveTo((at) => at)).rejects.toMatchObject({ code: 'clock_stuck', statusCode: 503 });
    } finally {
      await clock.stop();
      await database.drop();
    }
  });
});

describe('while the stand-in for Twilio cannot say what it still has to do', () => {
  it('the clock says so, and that it has not got as far as asked', async () => {
    const database = await testDatabase();
    const providerIdle = async () => {
      throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    };
    const clock = await startClock({ ...alone(database.pool), providerIdle, canMove: true });
    try {
      const worker = { client: {}, dispatcher: { drained: async () => {} } };
      await clock.drive(worker as unknown as RunningWorker);
      await expect(clock.moveTo((at) => at)).rejects.toMatchObject({ code: 'clock_stuck' });
    } finally {
      await clock.stop();
      await database.drop();
    }
  });
});

describe('where Temporal cannot skip time', () => {
  it('the clock can be read and not moved', async () => {
    const database = await testDatabase();
    const fixed = { ...alone(database.pool), canMove: false };
    const clock = await startClock(fixed);
    try {
      expect(Math.abs((await clock.now()).getTime() - Date.now())).toBeLessThan(5_000);
      await expect(clock.moveTo((at) => at)).rejects.toMatchObject({
        code: 'clock_unavailable',
        statusCode: 409,
      });
      await expect(startClock({ ...fixed, start: new Date('2100-01-01') })).rejects.toMatchObject({
        code: 'clock_unavailable',
      });
    } finally {
      await clock.stop();
      await database.drop();
    }
  });
});
