import { randomBytes } from 'node:crypto';
import { sha256 } from '../../client/http/secrets';
import { newId } from '../../store/ids';
import { insertSource } from '../../store/sources';
import { journeys } from '../../workflows/journeys';
import { fixturesPath, visitFollowUp } from './fixtures/journeys';
import { phone } from './support/acts';
import { words } from './support/readings';
import { type TestWorld, testWorld } from './support/world';

/** One running stack; the tests go on in time where the one before stopped. */
let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({
    clock: '2027-02-02T08:00:00Z',
    project: { journeys: [...journeys, visitFollowUp] },
    workflowsPath: fixturesPath,
  });
});
afterAll(() => world.end());

const checkIn = (visitId: string | number, more: object = {}) => ({
  type: 'track',
  event: 'Visit Checked In',
  properties: { visitId, providerId: 'P7' },
  ...more,
});

const eventsOf = async (userId: string) =>
  (await world.history(`user_id:${userId}`, 'event')).map((event) => words(event, 'name', 'messageId'));

const stored = async () => {
  const { rows } = await world.db.query<{ n: number }>('select count(*)::int as n from events');
  return rows[0]?.n ?? 0;
};

describe('the edges of a batch', () => {
  const opened = (n: number) => ({
    type: 'track',
    userId: `edge-${n % 25}`,
    event: 'App Opened',
    messageId: newId(),
  });
  /** A body of exactly `bytes`, what is missing being spread over the events. */
  const bodyOf = (batch: object[], bytes: number) => {
    const body = JSON.stringify({ batch: batch.map((event) => ({ ...event, context: { page: '' } })) });
    const missing = bytes - body.length;
    const page = (n: number) =>
      'x'.repeat(Math.floor(missing / batch.length) + (n < missing % batch.length ? 1 : 0));
    return JSON.stringify({ batch: batch.map((event, n) => ({ ...event, context: { page: page(n) } })) });
  };

  it('takes 2,500 events in 510,976 bytes', async () => {
    const before = await stored();
    const body = bodyOf(
      Array.from({ length: 2_500 }, (_, n) => opened(n)),
      510_976,
    );
    expect(Buffer.byteLength(body)).toBe(510_976);
    expect(await world.post('/v1/batch', body)).toEqual({ status: 200, body: { success: true } });
    expect((await stored()) - before).toBe(2_500);
    expect(await world.history('user_id:edge-7', 'event')).toHaveLength(100);
  });

  it('takes none of 2,501, and names the limit', async () => {
    const before = await stored();
    const body = { batch: Array.from({ length: 2_501 }, (_, n) => opened(n)) };
    const answer = await world.post('/v1/batch', body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toMatch(/2,?500/);
    expect(await stored()).toBe(before);
  });

  it.each([
    [512_000, 200],
    [512_001, 400],
  ])('answers a call of %i bytes with %i', async (bytes, status) => {
    const before = await stored();
    const batch = Array.from({ length: 20 }, (_, n) => opened(n));
    const body = bodyOf(batch, bytes);
    expect(Buffer.byteLength(body)).toBe(bytes);
    const answer = await world.post('/v1/batch', body);
    expect(answer.status).toBe(status);
    if (status === 400) expect(JSON.stringify(answer.body)).toMatch(/512,?000/);
    expect((await stored()) - before).toBe(status === 200 ? 20 : 0);
  });

  it('refuses an event that is too large alone, and says which', async () => {
    const batch = Array.from({ length: 10 }, (_, n) => ({ ...opened(n), userId: `ten-${n}` }));
    const large = { ...batch[3], properties: { note: '' } };
    const filler = 33_792 - Buffer.byteLength(JSON.stringify(large));
    batch[3] = { ...large, properties: { note: 'z'.repeat(filler) } } as (typeof batch)[number];
    expect(Buffer.byteLength(JSON.stringify(batch[3]))).toBe(33_792);
    const { status, body } = await world.post('/v1/batch', { batch });
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: true, rejected: [{ index: 3, code: 'event_too_large' }] });
    expect(body['rejected']).toHaveLength(1);
    for (const n of [0, 1, 2, 4, 5, 6, 7, 8, 9]) expect(await eventsOf(`ten-${n}`)).toHaveLength(1);
    expect((await world.call('GET', '/api/customers/user_id:ten-3')).status).toBe(404);
  });
});

describe('clocks of senders', () => {
  const at = '2027-02-02T09:00:00.000Z';
  const cases = [
    ['a clock ahead', '2027-02-02T10:00:00Z', '2027-02-02T10:05:00Z', '2027-02-02T08:55:00.000Z'],
    ['a clock behind', '2027-02-02T03:00:00Z', '2027-02-02T03:00:30Z', '2027-02-02T08:59:30.000Z'],
    ['a clock never set', '1970-01-01T00:00:10Z', '1970-01-01T00:01:10Z', '2027-02-02T08:59:00.000Z'],
    ['a clock of 2099', '2099-01-01T00:00:00Z', '2099-01-01T02:00:00Z', '2027-02-02T07:00:00.000Z'],
    ['another zone', '2027-02-02T14:00:00+05:30', '2027-02-02T15:30:00+05:30', '2027-02-02T07:30:00.000Z'],
    ['sent before it happened', '2027-02-02T08:30:00Z', '2027-02-02T08:20:00Z', at],
    ['no sentAt', '2027-02-02T08:30:00Z', undefined, '2027-02-02T08:30:00.000Z'],
    ['no sentAt and a time to come', '2027-02-02T09:30:00Z', undefined, at],
    ['no timestamp', undefined, '2027-02-02T10:05:00Z', at],
    ['neither', undefined, undefined, at],
  ] as const;

  it('are corrected by when the call was sent, whatever door it came through', async () => {
    await world.exactly(at, async () => {
      for (const [n, [, timestamp, sentAt]] of cases.entries()) {
        const event = { userId: `skew-${n}`, event: 'App Opened', timestamp };
        await world.post('/v1/track', { ...event, sentAt });
        const batch = [{ ...event, type: 'track', userId: `skew-b-${n}` }];
        await world.post('/v1/batch', { batch, sentAt });
      }
    });
    for (const [n, [name, , , expected]] of cases.entries()) {
      for (const userId of [`skew-${n}`, `skew-b-${n}`]) {
        const [event] = await world.history(`user_id:${userId}`, 'event');
        expect([name, event?.['timestamp'], event?.['receivedAt']]).toEqual([name, expected, at]);
      }
    }
  });
});

describe('an event from two sources', () => {
  const serverKey = randomBytes(16).toString('hex');
  beforeAll(async () => {
    const keySha256 = sha256(serverKey);
    await insertSource(world.db, { sourceId: newId(), name: 'clinic', keySha256, storeUnplanned: false });
    await world.subscribe('two', phone(1));
  });

  it('counts as it came first', async () => {
    await world.moveTo('2027-02-02T15:00:00Z');
    const properties = { visitId: 'V1', providerId: 'P7' };
    await world.track('two', 'Visit Checked In', properties, { messageId: 'm1' });
    await world.moveTo('2027-02-03T14:00:00Z');
    const again = checkIn('V1', { userId: 'two', messageId: 'm1', properties: { ...properties, desk: 4 } });
    expect(await world.post('/v1/batch', { batch: [again] }, serverKey)).toEqual({
      status: 200,
      body: { success: true },
    });
    await world.settle();
    const [event, another] = await world.history('user_id:two', 'event').then((all) => all.slice(1));
    expect(event).toMatchObject({ messageId: 'm1', properties });
    expect(event?.['properties']).not.toHaveProperty('desk');
    expect(another).toBeUndefined();
    expect(await world.runs('user_id:two', 'flash-reward')).toEqual([
      'flash-reward entered @ 2027-02-02T15:00:00Z',
      'flash-reward completed @ 2027-02-02T16:30:00Z',
    ]);
    expect(
      (await world.sent('user_id:two')).filter((text) => text.startsWith('flash-reward @')),
    ).toHaveLength(1);
    expect(await world.messagesTo(phone(1))).toHaveLength(2);
  });

  it('is the same through every door, in any order of them', async () => {
    const doors = ['/v1/track', '/v1/t', '/v1/batch', '/v1/b', '/v1/import'];
    for (const [n, first] of doors.entries()) {
      for (const second of doors) {
        const messageId = newId();
        const userId = `door-${n}`;
        const event = { ...checkIn(messageId), userId, messageId };
        for (const door of [first, second]) {
          const isBatch = !['/v1/track', '/v1/t'].includes(door);
          const answer = await world.post(door, isBatch ? { batch: [event] } : event);
          expect([door, answer.status]).toEqual([door, 200]);
        }
      }
      expect(await eventsOf(`door-${n}`)).toHaveLength(doors.length);
      const runs = await world.runs(`user_id:door-${n}`, 'visit-follow-up');
      expect(runs.filter((run) => run.includes('entered'))).toHaveLength(doors.length);
    }
  });

  it('counts once among copies that race, and inside one batch', async () => {
    const event = { ...checkIn('race'), userId: 'racer', messageId: 'race-1' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2
          ? world.post('/v1/track', event)
          : world.post('/v1/batch', { batch: [event, event] }, serverKey),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await eventsOf('racer')).toEqual(['Visit Checked In race-1']);
    await world.settle();
    const runs = await world.runs('user_id:racer', 'visit-follow-up');
    expect(runs.filter((run) => run.includes('entered'))).toHaveLength(1);
  });
});

describe('the tracking plan', () => {
  beforeAll(() => world.subscribe('plan', phone(2)));

  it('keeps what breaks it apart; corrected and replayed it takes effect once, at its age of then', async () => {
    const event = {
      userId: 'plan',
      event: 'Visit Checked In',
      messageId: 'm2',
      timestamp: '2027-02-04T15:00:00.000Z',
      properties: { visitId: 'V2' },
    };
    await world.exactly('2027-02-04T15:00:01Z', async () => {
      const { status, body } = await world.post('/v1/track', event);
      expect(status).toBe(200);
      expect(body).toMatchObject({ rejected: [{ index: 0, messageId: 'm2', code: 'required' }] });
    });
    expect(await eventsOf('plan')).not.toContain('Visit Checked In m2');
    expect(await world.runs('user_id:plan')).toEqual([]);
    const { body: listed } = await world.call<{ items: object[] }>('GET', '/api/quarantine?messageId=m2');
    expect(listed.items).toMatchObject([
      {
        messageId: 'm2',
        receivedAt: '2027-02-04T15:00:01.000Z',
        violations: [{ path: 'properties.providerId', code: 'required' }],
      },
    ]);

    const replay = () =>
      world.call('POST', '/api/quarantine/m2/replay', { properties: { providerId: 'P7' } });
    await world.exactly('2027-02-04T16:10:00Z', async () => {
      expect((await replay()).body).toEqual({ replayed: true });
      expect((await replay()).body).toEqual({ replayed: false });
    });
    const events = (await world.history('user_id:plan', 'event')).filter((one) => one['messageId'] === 'm2');
    expect(events).toMatchObject([
      { timestamp: '2027-02-04T15:00:00.000Z', properties: { visitId: 'V2', providerId: 'P7' } },
    ]);
    expect(await world.runs('user_id:plan')).toEqual(
      expect.arrayContaining([
        'visit-follow-up entered @ 2027-02-04T16:10:00Z',
        'visit-follow-up completed @ 2027-02-04T16:10:00Z',
        'flash-reward refused too_old @ 2027-02-04T16:10:00Z',
      ]),
    );
    expect(await world.runs('user_id:plan')).toHaveLength(3);
    expect(await world.messagesTo(phone(2))).toEqual([]);
  });

  it('makes no customer of an event that breaks it, nor takes its id for another event', async () => {
    const broken = { userId: 'nobody-yet', event: 'Treatment Recorded', messageId: 'm3', properties: {} };
    await world.post('/v1/track', broken);
    expect((await world.call('GET', '/api/customers/user_id:nobody-yet')).status).toBe(404);
    const { body } = await world.call('POST', '/api/quarantine/m3/replay', { properties: { visitId: 9 } });
    expect(body).toEqual({ replayed: true });
    expect(await eventsOf('nobody-yet')).toEqual(['Treatment Recorded m3']);
    await world.post('/v1/track', { ...broken, properties: { visitId: 10 } });
    expect(await eventsOf('nobody-yet')).toEqual(['Treatment Recorded m3']);
  });

  it('counts what is wrong by its kind', async () => {
    const cases = [
      [{ event: 'Visit Checked In', properties: { visitId: 'V', providerId: { id: 7 } } }, 'type'],
      [{ event: 'Visit Checked In', properties: { providerId: 'P7' } }, 'required'],
      [{ event: 'Visit Chekced In', properties: {} }, 'unknown_event'],
      [{ event: 'Lifecycle Stage Changed', properties: { to: 'inactive' } }, 'unknown_event'],
      [{ event: 'App Opened', context: { protocols: { event_version: 7 } } }, 'version'],
      [{ event: 'App Opened', context: { protocols: { event_version: '1' } } }, 'version'],
    ] as const;
    const batch = cases.map(([event]) => ({ type: 'track', userId: 'wrong', ...event }));
    const { status, body } = await world.post('/v1/batch', {
      batch: [...batch, { type: 'track', event: 'App Opened' }],
    });
    expect(status).toBe(200);
    expect((body['rejected'] as { code: string }[]).map(({ code }) => code)).toEqual([
      ...cases.map(([, code]) => code),
      'no_identity',
    ]);
    expect((await world.call('GET', '/api/customers/user_id:wrong')).status).toBe(404);
  });

  it('judges an event by the version it states alone, or by the declared default', async () => {
    const searched = { type: 'track', userId: 'searcher', event: 'Provider Searched' };
    const version = (event_version: number) => ({ context: { protocols: { event_version } } });
    const { body } = await world.post('/v1/batch', {
      batch: [
        { ...searched, messageId: 'old app' },
        { ...searched, messageId: 'new app', ...version(2) },
        { ...searched, messageId: 'new app, right', ...version(2), properties: { specialty: 'dental' } },
      ],
    });
    expect(body).toMatchObject({ rejected: [{ index: 1, messageId: 'new app', code: 'required' }] });
    expect(await eventsOf('searcher')).toEqual([
      'Provider Searched old app',
      'Provider Searched new app, right',
    ]);
    const { body: listed } = await world.call('GET', '/api/quarantine?messageId=new%20app');
    expect(listed).toMatchObject({
      items: [{ violations: [{ path: 'properties.specialty', code: 'required' }] }],
    });
  });
});

describe('a month later', () => {
  it('a message id is still the one event it was', async () => {
    await world.moveTo('2027-03-04T14:59:00Z');
    const { status } = await world.post('/v1/track', { ...checkIn('V1'), userId: 'two', messageId: 'm1' });
    expect(status).toBe(200);
    expect((await eventsOf('two')).filter((one) => one.includes('Visit'))).toHaveLength(1);
    const runs = await world.runs('user_id:two', 'flash-reward');
    expect(runs).toHaveLength(2);
  });
});
