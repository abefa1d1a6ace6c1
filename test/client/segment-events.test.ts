import { randomBytes, randomUUID } from 'node:crypto';
import { type TestDatabase, testDatabase } from '../support/database';
import { countRows, holdClock, opened, startServer, storedEvents, type TestServer } from './segment-support';

let database: TestDatabase;
let server: TestServer;

beforeEach(async () => {
  database = await testDatabase();
  server = await startServer(database.pool);
});
afterEach(async () => {
  await server?.close();
  await database?.drop();
});

const success = { status: 200, body: { success: true } };
const at = (instant: string) => holdClock(database.pool, instant);

describe('the edges of a batch', () => {
  /** So many events that take so many bytes together, as the body of one call. */
  function batchOf(count: number, bytes: number): string {
    const batch = Array.from({ length: count }, (_, index) => ({
      type: 'track',
      event: 'App Opened',
      userId: `u${index % 50}`,
      messageId: `m${index}`,
      properties: {} as { fill?: string },
    }));
    const missing = () => bytes - Buffer.byteLength(JSON.stringify({ batch }));
    for (const { properties } of batch) properties.fill = '';
    const each = Math.floor(missing() / count);
    for (const { properties } of batch) properties.fill = 'x'.repeat(each);
    const [first] = batch;
    if (first) first.properties.fill += 'x'.repeat(missing());
    const text = JSON.stringify({ batch });
    expect(Buffer.byteLength(text)).toBe(bytes);
    return text;
  }

  it('2,500 events in 510,976 bytes are stored, all of them, in their order', async () => {
    expect(await server.post('/v1/batch', batchOf(2_500, 510_976))).toMatchObject(success);
    const ids = (await storedEvents(database.pool)).map(({ messageId }) => messageId);
    expect(ids).toEqual(Array.from({ length: 2_500 }, (_, index) => `m${index}`));
  });

  it('2,501 events are refused whole, and the limit is named', async () => {
    const answer = await server.post('/v1/batch', batchOf(2_501, 511_000));
    expect(answer).toMatchObject({ status: 400, body: { success: false, code: 'invalid_request' } });
    expect(answer.body.message).toContain('2500');
    expect(await countRows(database.pool, 'message_ids')).toBe(0);
  });

  it('an event of 33,792 bytes is refused alone, by its index', async () => {
    const batch = Array.from({ length: 10 }, (_, index) => opened({ messageId: `m${index}` }));
    const large = opened({ messageId: 'm3', properties: { fill: '' } });
    large.properties.fill = 'x'.repeat(33_792 - Buffer.byteLength(JSON.stringify(large)));
    batch[3] = large;
    const answer = await server.post('/v1/batch', { batch });
    expect(answer).toMatchObject({
      status: 200,
      body: { success: true, rejected: [{ index: 3, messageId: 'm3', code: 'event_too_large' }] },
    });
    expect(answer.body.rejected).toHaveLength(1);
    expect(await countRows(database.pool, 'events')).toBe(9);
    expect(await countRows(database.pool, 'quarantine')).toBe(0);
  });

  it('an event too large is refused in the same way on every route', async () => {
    const large = opened({ properties: { fill: 'x'.repeat(33_000) } });
    for (const [path, body] of [
      ['/v1/track', large],
      ['/v1/t', large],
      ['/v1/batch', { batch: [large] }],
      ['/v1/import', { batch: [large] }],
    ] as const) {
      expect(await server.post(path, body)).toMatchObject({
        status: 200,
        body: { rejected: [{ index: 0, messageId: large.messageId, code: 'event_too_large' }] },
      });
    }
    expect(await countRows(database.pool, 'message_ids')).toBe(0);
  });
});

describe('one message id', () => {
  const checkIn = { type: 'track', event: 'Visit Checked In', userId: 'u1', messageId: 'm1' };
  const visit = { visitId: 'V1', providerId: 'P1' };

  it('is one event from two sources, 23 hours apart: the first', async () => {
    await at('2027-02-02T15:00:00Z');
    expect(await server.post('/v1/track', { ...checkIn, properties: visit })).toMatchObject(success);
    await at('2027-02-03T14:00:00Z');
    const again = { batch: [{ ...checkIn, userId: 'u2', properties: { ...visit, visitId: 'V2' } }] };
    expect((await server.post('/v1/batch', again)).body).toEqual({ success: true });
    expect(await storedEvents(database.pool)).toMatchObject([
      { messageId: 'm1', properties: { visitId: 'V1' }, receivedAt: new Date('2027-02-02T15:00:00Z') },
    ]);
    expect(await countRows(database.pool, 'enrollments')).toBe(2);
    expect(await countRows(database.pool, 'profiles')).toBe(1);
  });

  it('is one event within a batch, and across calls of one moment', async () => {
    const twice = { ...checkIn, properties: visit };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.post('/v1/batch', { batch: [twice, twice] })),
    );
    for (const answer of answers) expect(answer.body).toEqual({ success: true });
    expect(await countRows(database.pool, 'events')).toBe(1);
    expect(await countRows(database.pool, 'enrollments')).toBe(2);
  });

  it('belongs to the event that was set aside first: a good one that comes later changes nothing', async () => {
    const bad = { ...checkIn, properties: { visitId: 'V1' } };
    const good = { ...checkIn, properties: visit };
    expect((await server.post('/v1/track', bad)).body.rejected).toHaveLength(1);
    expect((await server.post('/v1/track', good)).body).toEqual({ success: true });
    expect((await server.post('/v1/track', bad)).body.rejected).toHaveLength(1);
    expect(await countRows(database.pool, 'events')).toBe(0);
    expect(await countRows(database.pool, 'quarantine')).toBe(1);
  });

  it('belongs to the event that took effect first: a bad one that comes later is not kept', async () => {
    const good = { ...checkIn, properties: visit };
    await server.post('/v1/batch', { batch: [good, { ...checkIn, properties: {} }] });
    await server.post('/v1/track', { ...checkIn, properties: {} });
    expect(await countRows(database.pool, 'events')).toBe(1);
    expect(await countRows(database.pool, 'quarantine')).toBe(0);
  });
});

describe('clocks', () => {
  const event = (timestamp: string | undefined, sentAt: string | undefined) => ({
    batch: [opened({ messageId: 'm1', timestamp })],
    sentAt,
  });
  const stampOf = async (body: object) => {
    expect((await server.post('/v1/batch', body)).body).toEqual({ success: true });
    const [row] = await storedEvents(database.pool, ['m1']);
    return row?.timestamp.toISOString();
  };

  it('that run ahead are corrected by when the call was sent', async () => {
    await at('2027-02-02T09:00:00Z');
    const stamp = await stampOf(event('2027-02-02T10:00:00Z', '2027-02-02T10:05:00Z'));
    expect(stamp).toBe('2027-02-02T08:55:00.000Z');
    expect(await storedEvents(database.pool)).toMatchObject([
      { receivedAt: new Date('2027-02-02T09:00:00Z') },
    ]);
  });

  it.each([
    ['no time at all', undefined, undefined, '2027-02-02T09:00:00.000Z'],
    ['only when it happened', '2027-02-02T08:00:00+01:00', undefined, '2027-02-02T07:00:00.000Z'],
    ['only when it was sent', undefined, '2027-02-02T08:00:00Z', '2027-02-02T09:00:00.000Z'],
    ['a time to come', '2099-01-01T00:00:00Z', undefined, '2027-02-02T09:00:00.000Z'],
    ['1970 on both clocks', '1970-01-01T00:00:00Z', '1970-01-01T00:10:00Z', '2027-02-02T08:50:00.000Z'],
    ['2099 on both clocks', '2099-01-01T00:00:00Z', '2099-01-01T00:10:00Z', '2027-02-02T08:50:00.000Z'],
    [
      'it was sent before it happened',
      '2027-02-02T08:00:00Z',
      '2027-02-02T07:00:00Z',
      '2027-02-02T09:00:00.000Z',
    ],
    ['the year 1', '0001-01-01T00:00:00Z', '9999-12-31T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['1970 alone', '1970-01-01T00:00:00Z', undefined, '1970-01-01T00:00:00.000Z'],
  ])('that tell %s are no reason to lose an event', async (_name, timestamp, sentAt, expected) => {
    await at('2027-02-02T09:00:00Z');
    expect(await stampOf(event(timestamp, sentAt))).toBe(expected);
  });

  it('are read from originalTimestamp where a client sends that', async () => {
    await at('2027-02-02T09:00:00Z');
    const own = opened({
      messageId: 'm1',
      originalTimestamp: '2027-02-02T08:00:00Z',
      sentAt: '2027-02-02T08:30:00Z',
    });
    expect(await stampOf({ batch: [own], sentAt: '2027-02-02T11:00:00Z' })).toBe('2027-02-02T08:30:00.000Z');
  });
});

describe('versions', () => {
  it('are judged by their own schema only', async () => {
    const searched = (more: object) => opened({ event: 'Provider Searched', ...more });
    const [old, fresh] = [
      searched({ messageId: 'old' }),
      searched({ messageId: 'new', context: { protocols: { event_version: 2 } } }),
    ];
    expect((await server.post('/v1/track', old)).body).toEqual({ success: true });
    expect(await server.post('/v1/track', fresh)).toMatchObject({
      status: 200,
      body: {
        success: true,
        rejected: [
          {
            index: 0,
            messageId: 'new',
            code: 'required',
            details: [{ path: 'properties.specialty', code: 'required', message: 'required: specialty' }],
          },
        ],
      },
    });
    expect(await storedEvents(database.pool)).toMatchObject([{ messageId: 'old', eventVersion: 1 }]);
  });
});

describe('bad events among good ones', () => {
  it('are listed by index with all that is wrong, and the good ones are in effect', async () => {
    const batch = [
      opened({ messageId: 'm0' }),
      { type: 'track', event: 'App Opened', messageId: 'm1' },
      opened({ messageId: 'm2', event: 'Visit Checked In', properties: { visitId: {} } }),
      'no event',
      opened({ messageId: 'm4', event: 'No Such Event' }),
      opened({ messageId: 'm5', event: 'Provider Searched', context: { protocols: { event_version: 9 } } }),
      opened({ messageId: 'm6' }),
      { type: 'identify', messageId: 'm7', userId: 'u7', traits: 'gold' },
    ];
    const answer = await server.post('/v1/batch', { batch });
    expect(answer.status).toBe(200);
    expect(answer.body.rejected?.map(({ index, code, details }) => [index, code, details.length])).toEqual([
      [1, 'no_identity', 1],
      [2, 'type', 2],
      [3, 'type', 1],
      [4, 'unknown_event', 1],
      [5, 'version', 1],
      [7, 'type', 1],
    ]);
    const ids = (await storedEvents(database.pool)).map(({ messageId }) => messageId);
    expect(ids).toEqual(['m0', 'm6']);
    expect(await countRows(database.pool, 'quarantine')).toBe(6);
    expect(await countRows(database.pool, 'profiles')).toBe(2);
  });

  it('with text that Postgres cannot hold are stored without it', async () => {
    const body = `{"batch":[{"type":"identify","userId":"u\\u0000","messageId":"m1","traits":{"a":"\\ud800","b":"\\u0000"}}]}`;
    expect((await server.post('/v1/batch', body)).body).toEqual({ success: true });
    expect(await storedEvents(database.pool)).toMatchObject([{ properties: { a: '\uFFFD', b: '\uFFFD' } }]);
  });

  it('of the wildest JSON get an answer, and are stored, set aside or refused', async () => {
    const wild = [
      null,
      [],
      [[]],
      {},
      { type: {} },
      { type: 'track', event: ['x'], userId: {} },
      { type: 'identify', userId: 'u1', traits: { phone: '1'.repeat(300), email: [], timezone: 5 } },
      { type: 'identify', userId: 'u'.repeat(5_000), anonymousId: 'a1' },
      { type: 'track', event: 'e'.repeat(5_000), userId: 'u1' },
      // Nothing that repeats itself could be made shorter: an index has to do without.
      {
        type: 'track',
        event: 'Nobody Planned This',
        userId: randomBytes(10_000).toString('base64'),
        anonymousId: randomBytes(10_000).toString('base64'),
      },
      { type: 'page', userId: 'u1', name: 'n'.repeat(5_000), context: { timezone: 'x'.repeat(5_000) } },
      {
        type: 'identify',
        userId: 'u1',
        messageId: ['x'],
        context: { messaging_subscriptions: [null, 5, { key: {} }] },
      },
      {
        type: 'identify',
        userId: 'u1',
        context: { externalIds: 'x', device: 5, traits: [], protocols: 'x' },
      },
      { type: 'group', userId: 'u1', groupId: {} },
      { type: 'alias', userId: 'u1', previousId: 'u1' },
    ];
    const deep = `{"type":"identify","userId":"u1","traits":{"deep":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`;
    const body = `{"batch":[${deep},1e400,${wild.map((one) => JSON.stringify(one)).join()}]}`;
    const answer = await server.post('/v1/batch', body);
    expect(answer.status).toBe(200);
    const rejected = answer.body.rejected ?? [];
    expect(rejected.map(({ code }) => code)).not.toContain('internal');
    const kept = (await countRows(database.pool, 'events')) + (await countRows(database.pool, 'quarantine'));
    const refused = rejected.filter(({ code }) => code.startsWith('event_too')).length;
    expect(kept + refused).toBe(wild.length + 2);
  });
});

describe('order', () => {
  it('a batch takes effect in its own order, and calls one after the other in theirs', async () => {
    const userId = randomUUID();
    const visit = (messageId: string, visitId: string) =>
      opened({ messageId, userId, event: 'Visit Checked In', properties: { visitId, providerId: 'P' } });
    await server.post('/v1/batch', { batch: [visit('m1', 'V1'), visit('m2', 'V1'), visit('m3', 'V2')] });
    await server.post('/v1/track', visit('m4', 'V1'));
    const { rows } = await database.pool.query<{ messageId: string; status: string; reason: string | null }>(
      `select message_id as "messageId", status, reason from enrollment_changes where journey = 'flash-reward' order by seq`,
    );
    expect(rows).toEqual([
      { messageId: 'm1', status: 'entered', reason: null },
      { messageId: 'm2', status: 'refused', reason: 'already_open' },
      { messageId: 'm3', status: 'entered', reason: null },
      { messageId: 'm4', status: 'refused', reason: 'already_open' },
    ]);
  });

  it('calls of one customer sent without waiting take effect as they arrived', async () => {
    const pairs = Array.from({ length: 100 }, () => randomUUID());
    const calls = pairs.flatMap((userId) => [
      server.post('/v1/track', opened({ userId, messageId: `1 ${userId}` })),
      server.post('/v1/track', opened({ userId, messageId: `2 ${userId}` })),
    ]);
    expect((await Promise.all(calls)).filter(({ status }) => status !== 200)).toEqual([]);
    expect(await countRows(database.pool, 'events')).toBe(200);
  });
});
