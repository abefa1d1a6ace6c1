import { type TestDatabase, testDatabase } from '../support/database';
import {
  addSource,
  apiToken,
  basic,
  countRows,
  holdClock,
  opened,
  startServer,
  storedEvents,
  type TestServer,
} from './segment-support';

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

const at = (instant: string) => holdClock(database.pool, instant);
const post = (body: object) => server.post('/v1/track', body);
const visit = { event: 'Visit Checked In', userId: 'u1', messageId: 'm2' };

async function operator(method: string, path: string, body?: object) {
  const response = await fetch(`${server.url}/api/quarantine${path}`, {
    method,
    headers: { authorization: `Bearer ${apiToken}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const replay = (messageId: string, properties?: object) =>
  operator('POST', `/${messageId}/replay`, properties ? { properties } : {});

async function enrollmentChanges() {
  const { rows } = await database.pool.query<{ journey: string; status: string; reason: string | null }>(
    'select journey, status, reason from enrollment_changes order by journey, seq',
  );
  return rows;
}

describe('an event off the tracking plan', () => {
  it('is kept with what is wrong, touches nobody, and takes effect once when it is corrected', async () => {
    await at('2027-02-02T15:00:01Z');
    const properties = { visitId: 'V2' };
    const sent = { ...visit, timestamp: '2027-02-02T15:00:00Z', sentAt: '2027-02-02T15:00:01Z', properties };
    expect(await post(sent)).toMatchObject({
      status: 200,
      body: { success: true, rejected: [{ index: 0, messageId: 'm2', code: 'required' }] },
    });
    expect(await countRows(database.pool, 'profiles')).toBe(0);
    expect((await operator('GET', '?messageId=m2')).body.items).toMatchObject([
      {
        messageId: 'm2',
        receivedAt: '2027-02-02T15:00:01.000Z',
        event: { type: 'track', event: 'Visit Checked In', properties },
        violations: [{ path: 'properties.providerId', code: 'required', message: 'required: providerId' }],
      },
    ]);

    await at('2027-02-02T16:10:00Z');
    expect(await replay('m2', { providerId: 'P7' })).toEqual({ status: 200, body: { replayed: true } });
    expect(await replay('m2', { providerId: 'P7' })).toEqual({ status: 200, body: { replayed: false } });

    expect(await storedEvents(database.pool)).toMatchObject([
      {
        messageId: 'm2',
        timestamp: new Date('2027-02-02T15:00:00Z'),
        receivedAt: new Date('2027-02-02T16:10:00Z'),
        properties: { visitId: 'V2', providerId: 'P7' },
      },
    ]);
    expect(await enrollmentChanges()).toEqual([
      { journey: 'flash-reward', status: 'refused', reason: 'too_old' },
      { journey: 'visit-follow-up', status: 'entered', reason: null },
    ]);
    expect((await operator('GET', '')).body).toEqual({ items: [] });
  });

  it('takes effect once, however many replay it in the same moment', async () => {
    await post({ ...visit, properties: { visitId: 'V2' } });
    const answers = await Promise.all(Array.from({ length: 8 }, () => replay('m2', { providerId: 'P7' })));
    expect(answers.filter(({ body }) => body.replayed === true)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.replayed === false)).toHaveLength(7);
    expect(await countRows(database.pool, 'events')).toBe(1);
  });

  it('is a duplicate after its replay, like any other', async () => {
    await post({ ...visit, properties: { visitId: 'V2' } });
    await replay('m2', { providerId: 'P7' });
    expect((await post({ ...visit, properties: { visitId: 'V2', providerId: 'P7' } })).body).toEqual({
      success: true,
    });
    expect((await post({ ...visit, properties: {} })).status).toBe(200);
    expect(await countRows(database.pool, 'events')).toBe(1);
    expect((await operator('GET', '')).body).toEqual({ items: [] });
  });

  it('that is still wrong stays where it is, with what is wrong with it now', async () => {
    await post({ ...visit, properties: {} });
    expect(await replay('m2', { visitId: 'V2', providerId: false })).toEqual({
      status: 422,
      body: {
        error: {
          code: 'still_invalid',
          message: expect.any(String),
          details: [
            { path: 'properties.providerId', code: 'type', message: 'expected text or number, got boolean' },
          ],
        },
      },
    });
    expect(await countRows(database.pool, 'profiles')).toBe(0);
    expect((await operator('GET', '')).body.items).toHaveLength(1);
    expect(await replay('m2', { visitId: 'V2', providerId: 5 })).toMatchObject({ body: { replayed: true } });
  });

  it('that is an identify is corrected in its traits', async () => {
    const unnamed = { type: 'identify', messageId: 'm3', traits: { plan: 'gold' } };
    await server.post('/v1/identify', unnamed);
    expect(await replay('m3', { phone: '(212) 555-0142\u0000' })).toMatchObject({ status: 422 });
    expect(await replay('m3', { phone: '(212) 555-0142' })).toMatchObject({ body: { replayed: true } });
    expect(await storedEvents(database.pool)).toMatchObject([
      { type: 'identify', properties: { plan: 'gold', phone: '(212) 555-0142' } },
    ]);
  });

  it('with a message id that cannot be used is kept and replayed under one that was made', async () => {
    const messageId = 'x'.repeat(101);
    const bad = opened({ messageId });
    const [first] = (await post(bad)).body.rejected ?? [];
    const [again] = (await post(bad)).body.rejected ?? [];
    expect(first).toMatchObject({ code: 'type', details: [{ path: 'messageId' }] });
    expect(again?.messageId).toBe(first?.messageId);
    expect(await countRows(database.pool, 'quarantine')).toBe(1);
    expect(await replay(first?.messageId ?? '')).toMatchObject({ body: { replayed: true } });
    expect(await countRows(database.pool, 'events')).toBe(1);
  });

  it('is judged by what its source may send at the time of the replay', async () => {
    await addSource(database.pool, 'cafe', 'cafe-key');
    const init = { headers: { authorization: basic('cafe-key') } };
    await server.post('/v1/track', opened({ messageId: 'm4', event: 'Coffee Ordered' }), init);
    expect(await replay('m4')).toMatchObject({
      status: 422,
      body: { error: { details: [{ code: 'unknown_event' }] } },
    });
    await database.pool.query('update sources set store_unplanned = true');
    expect(await replay('m4')).toMatchObject({ body: { replayed: true } });
    expect(await storedEvents(database.pool)).toMatchObject([{ name: 'Coffee Ordered', source: 'cafe' }]);
  });

  it('can be dropped, and its id stays taken', async () => {
    await post({ ...visit, properties: {} });
    expect(await operator('DELETE', '/m2')).toMatchObject({ status: 200 });
    expect(await operator('DELETE', '/m2')).toMatchObject({ status: 404 });
    expect(await replay('m2', { visitId: 'V', providerId: 'P' })).toMatchObject({ status: 404 });
    expect((await post({ ...visit, properties: { visitId: 'V', providerId: 'P' } })).body).toEqual({
      success: true,
    });
    expect(await countRows(database.pool, 'events')).toBe(0);
  });

  it('cannot be dropped once it took effect', async () => {
    await post({ ...visit, properties: { visitId: 'V' } });
    await replay('m2', { providerId: 'P' });
    expect(await operator('DELETE', '/m2')).toMatchObject({ status: 404 });
    expect(await replay('m2')).toMatchObject({ body: { replayed: false } });
  });

  it('is listed oldest first, page by page', async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `m${index}`);
    await server.post('/v1/batch', {
      batch: ids.slice(0, 5).map((messageId) => ({ ...visit, type: 'track', messageId })),
    });
    for (const messageId of ids.slice(5)) await post({ ...visit, messageId });
    const listed: unknown[] = [];
    for (let after: string | undefined = ''; after !== undefined; ) {
      const { body }: Awaited<ReturnType<typeof operator>> = await operator('GET', `?limit=2&after=${after}`);
      listed.push(...(body.items as { messageId: string }[]).map(({ messageId }) => messageId));
      after = body.next as string | undefined;
    }
    expect(listed).toEqual(ids);
  });
});
