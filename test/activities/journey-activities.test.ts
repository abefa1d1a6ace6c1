import { bucketOf } from '../../rules/experiments/bucket';
import { newId } from '../../store/ids';
import {
  asking,
  createCustomer,
  createWorld,
  type Customer,
  enroll,
  NOON,
  type World,
  whileHeld,
} from './world';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());
beforeEach(() => world.setClock(NOON));

async function end(enrollmentId: string, status = 'exited', reason = 'exit_event'): Promise<void> {
  await world.pool.query(
    'update enrollments set status = $2, reason = $3, ended_at = clock_now() where enrollment_id = $1',
    [enrollmentId, status, reason],
  );
}

describe('grantOffer', () => {
  const expiresAt = Date.parse('2027-02-02T19:00:00.500Z');
  const request = (enrollmentId: string, step = 'reward') => ({
    enrollmentId,
    step,
    occurrence: 1,
    offer: 'flash-reward',
    expiresAt,
  });

  it('grants once for a step, however often and however many at once ask', async () => {
    const customer = await createCustomer(world.pool);
    const enrollmentId = await enroll(world.pool, customer, 'reward');
    const offers = await Promise.all(
      Array.from({ length: 10 }, () => world.activities.grantOffer(request(enrollmentId))),
    );
    expect(new Set(offers.map((offer) => JSON.stringify(offer))).size).toBe(1);
    expect(offers[0]).toEqual({
      id: expect.any(String),
      name: 'flash-reward',
      expiresAt: '2027-02-02T19:00:00.500Z',
    });
    const { rows } = await world.pool.query(
      'select profile_id, granted_at from offers where enrollment_id = $1',
      [enrollmentId],
    );
    expect(rows).toEqual([{ profile_id: customer.profileId, granted_at: new Date(NOON) }]);
  });

  it('answers the offer that stands when the run is over since, and ended where there is none', async () => {
    const enrollmentId = await enroll(world.pool, await createCustomer(world.pool), 'reward');
    const offer = await world.activities.grantOffer(request(enrollmentId));
    await end(enrollmentId);
    expect(await world.activities.grantOffer(request(enrollmentId))).toEqual(offer);
    expect(await world.activities.grantOffer(request(enrollmentId, 'another'))).toEqual({ status: 'ended' });
  });

  it('waits for a merge, and then grants to whom the run belongs', async () => {
    const [away, into] = [await createCustomer(world.pool), await createCustomer(world.pool)];
    const enrollmentId = await enroll(world.pool, away, 'reward');
    const offer = await whileHeld(
      world.pool,
      away,
      () => world.activities.grantOffer(request(enrollmentId)),
      async (db) => {
        const ids = [away.profileId, into.profileId];
        await db.query('update profiles set merged_into = $2 where profile_id = $1', ids);
        await db.query('update enrollments set profile_id = $2 where profile_id = $1', ids);
      },
    );
    expect(offer).toMatchObject({ name: 'flash-reward' });
    const { rows } = await world.pool.query('select profile_id from offers where enrollment_id = $1', [
      enrollmentId,
    ]);
    expect(rows).toEqual([{ profile_id: into.profileId }]);
  });

  it('is shown by the arm that the customer comes to be assigned, whatever it would have been at the grant', async () => {
    const held = (percent: number) =>
      world.withDeps({
        journeys: world.deps.journeys.map((one) =>
          one.id === 'reward' ? { ...one, policy: { ...one.policy, holdout: { percent } } } : one,
        ),
      });
    const customer = await createCustomer(world.pool);
    const bucket = bucketOf('reward', customer.profileId);
    // In the control group with one percentage, and not with the other.
    const [below, above] = [bucket / 100, (bucket + 1) / 100];
    const withheld = async (enrollmentId: string) =>
      (await world.pool.query('select withheld from offers where enrollment_id = $1', [enrollmentId])).rows;

    const first = await enroll(world.pool, customer, 'reward', 'V1');
    await held(above).grantOffer(request(first));
    expect(await withheld(first)).toEqual([{ withheld: true }]);
    expect(await held(Math.max(below, 0.01)).send(asking(first))).toMatchObject(
      bucket === 0 ? { reason: 'holdout' } : { status: 'sent' },
    );
    expect(await withheld(first)).toEqual([{ withheld: bucket === 0 }]);

    // From then on nothing moves them.
    const second = await enroll(world.pool, customer, 'reward', 'V2');
    await held(100).grantOffer(request(second));
    expect(await withheld(second)).toEqual([{ withheld: bucket === 0 }]);
  });
});

describe('finish', () => {
  const at = Date.parse('2027-02-02T16:30:00.000Z');
  const finish = (enrollmentId: string) => world.activities.finish({ enrollmentId, status: 'completed', at });

  it('completes an open run at its own instant, with one line in the record', async () => {
    const enrollmentId = await enroll(world.pool, await createCustomer(world.pool));
    expect(await finish(enrollmentId)).toEqual({ status: 'completed' });
    expect(await finish(enrollmentId)).toEqual({ status: 'completed' });
    const { rows } = await world.pool.query(
      'select status, reason, at from enrollment_changes where enrollment_id = $1',
      [enrollmentId],
    );
    expect(rows).toEqual([{ status: 'completed', reason: null, at: new Date(at) }]);
    const { rows: ended } = await world.pool.query(
      'select status, ended_at from enrollments where enrollment_id = $1',
      [enrollmentId],
    );
    expect(ended).toEqual([{ status: 'completed', ended_at: new Date(at) }]);
  });

  it('answers how the run ended when something else was first', async () => {
    const enrollmentId = await enroll(world.pool, await createCustomer(world.pool));
    await end(enrollmentId, 'converted', 'goal');
    expect(await finish(enrollmentId)).toEqual({ status: 'converted', reason: 'goal' });
  });

  it('waits for whoever holds the customer, and then sees what that one did', async () => {
    const customer = await createCustomer(world.pool);
    const enrollmentId = await enroll(world.pool, customer);
    const ended = await whileHeld(
      world.pool,
      customer,
      () => finish(enrollmentId),
      (db) => db.query(`update enrollments set status = 'exited' where enrollment_id = $1`, [enrollmentId]),
    );
    expect(ended).toEqual({ status: 'exited', reason: 'exited' });
  });

  it('of a run that the record does not know is an error with a code', async () => {
    await expect(finish(newId())).rejects.toMatchObject({ code: 'ENROLLMENT_UNKNOWN' });
  });
});

describe('recordOutcome', () => {
  const at = Date.parse(NOON);

  it('records an outcome once, and none of a run that is over', async () => {
    const enrollmentId = await enroll(world.pool, await createCustomer(world.pool));
    await world.activities.recordOutcome({ enrollmentId, outcome: 'rated', value: { stars: 5 }, at });
    await world.activities.recordOutcome({ enrollmentId, outcome: 'rated', value: { stars: 1 }, at });
    await world.activities.recordOutcome({ enrollmentId, outcome: 'seen', at });
    await end(enrollmentId);
    await world.activities.recordOutcome({ enrollmentId, outcome: 'late', at });
    const { rows } = await world.pool.query(
      'select journey, outcome, value, at from outcomes where enrollment_id = $1 order by seq',
      [enrollmentId],
    );
    expect(rows).toEqual([
      { journey: 'campaign', outcome: 'rated', value: { stars: 5 }, at: new Date(at) },
      { journey: 'campaign', outcome: 'seen', value: null, at: new Date(at) },
    ]);
  });
});

describe('profile', () => {
  it('shows a run what is declared and as declared, and nothing personal', async () => {
    const traits = {
      firstName: 'Anna',
      last_name: 'Lee',
      email: 'anna@example.com',
      phone: '+12125550142',
      plan: 'plus',
      points: 'many',
      shoeSize: 44,
      locale: 'pt',
    };
    const enrollmentId = await enroll(world.pool, await createCustomer(world.pool, { traits }));
    await world.pool.query(
      `update profiles set stage = 'active' where profile_id = (select profile_id from enrollments where enrollment_id = $1)`,
      [enrollmentId],
    );
    expect(await world.activities.profile({ enrollmentId })).toEqual({
      traits: { plan: 'plus', locale: 'pt' },
      stage: 'active',
      timezone: 'America/New_York',
      locale: 'pt-BR',
    });
  });
});

describe('resolveTime', () => {
  it('finds a local time where the customer is now', async () => {
    const customer = await createCustomer(world.pool, { traits: { timezone: 'America/Los_Angeles' } });
    const enrollmentId = await enroll(world.pool, customer);
    const target = { kind: 'day', day: 2, time: '10:00' } as const;
    expect(await world.activities.resolveTime({ enrollmentId, target })).toEqual({
      at: Date.parse('2027-02-04T18:00:00Z'),
      zone: 'America/Los_Angeles',
    });
    await world.pool.query(
      `update profiles set traits = '{"timezone": "America/New_York"}' where profile_id = $1`,
      [customer.profileId],
    );
    expect(await world.activities.resolveTime({ enrollmentId, target })).toEqual({
      at: Date.parse('2027-02-04T15:00:00Z'),
      zone: 'America/New_York',
    });
  });

  it('keeps the wall time of the zone that a wait began in', async () => {
    const customer = await createCustomer(world.pool, { traits: { timezone: 'America/New_York' } });
    const enrollmentId = await enroll(world.pool, customer);
    const target = { kind: 'after', from: Date.parse('2027-02-02T18:00:00Z'), days: 1 } as const;
    const startedIn = 'America/Los_Angeles';
    expect(await world.activities.resolveTime({ enrollmentId, target, startedIn })).toEqual({
      at: Date.parse('2027-02-03T15:00:00Z'),
      zone: 'America/New_York',
    });
  });
});

describe('eventsSince', () => {
  async function store(
    customer: Customer,
    name: string,
    receivedAt: string,
    properties: object = {},
    timestamp = receivedAt,
  ): Promise<number> {
    await world.pool.query(`select ensure_partition('events', $1)`, [receivedAt]);
    const { rows } = await world.pool.query<{ seq: number }>(
      `insert into events (profile_id, message_id, type, name, properties, source, "timestamp", received_at)
       values ($1, $2, 'track', $3, $4, 'app', $5, $6) returning seq`,
      [customer.profileId, newId(), name, JSON.stringify(properties), timestamp, receivedAt],
    );
    return rows[0]?.seq ?? 0;
  }

  it('answers what arrived after the last one seen and by the due instant, without personal properties', async () => {
    const customer = await createCustomer(world.pool);
    const enrollmentId = await enroll(world.pool, customer);
    const seen = await store(customer, 'Visit Checked In', NOON);
    const seq = await store(customer, 'Visit Checked In', '2027-02-02T18:00:00Z', {
      visitId: 'V1',
      phone: '+12125550142',
    });
    await store(customer, 'App Opened', '2027-02-02T18:00:00Z');
    await store(customer, 'Visit Checked In', '2027-02-02T18:00:00.001Z');
    await store(await createCustomer(world.pool), 'Visit Checked In', '2027-02-02T18:00:00Z');
    const receivedUntil = Date.parse('2027-02-02T18:00:00Z');
    const found = await world.activities.eventsSince({
      enrollmentId,
      names: ['Visit Checked In'],
      afterSeq: seen,
      receivedUntil,
    });
    expect(found).toEqual([
      {
        seq,
        messageId: expect.any(String),
        name: 'Visit Checked In',
        receivedAt: receivedUntil,
        timestamp: receivedUntil,
        properties: { visitId: 'V1' },
      },
    ]);
  });

  it('looks back by when things happened, into earlier months, for properties equal as text', async () => {
    const customer = await createCustomer(world.pool);
    const enrollmentId = await enroll(world.pool, customer);
    const adopted = (receivedAt: string, feature: unknown, timestamp?: string) =>
      store(customer, 'Feature Adopted', receivedAt, { feature }, timestamp);
    await adopted('2027-01-26T17:00:00Z', 7, '2027-01-26T16:59:59Z');
    const first = await adopted('2027-01-27T17:00:00Z', 7, '2027-01-26T17:00:00Z');
    const second = await adopted('2027-02-01T17:00:00Z', '7');
    await adopted('2027-02-01T17:00:00Z', '07');
    const found = await world.activities.eventsSince({
      enrollmentId,
      names: ['Feature Adopted'],
      where: { feature: '7' },
      since: Date.parse('2027-01-26T17:00:00Z'),
      receivedUntil: Date.parse(NOON),
    });
    expect(found.map(({ seq }) => seq)).toEqual([first, second]);
  });
});
