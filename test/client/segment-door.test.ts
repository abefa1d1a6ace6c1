import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type TestDatabase, testDatabase } from '../support/database';
import {
  addSource,
  basic,
  countRows,
  opened,
  startServer,
  storedEvents,
  type TestServer,
  writeKey,
} from './segment-support';

let database: TestDatabase;
let server: TestServer;

beforeAll(async () => {
  database = await testDatabase();
  server = await startServer(database.pool);
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

const success = { status: 200, body: { success: true } };
const stored = (...messageIds: string[]) => storedEvents(database.pool, messageIds);

describe('the routes', () => {
  const calls = [
    ['identify', 'i', { userId: 'u1', traits: { plan: 'gold' } }],
    ['track', 't', { userId: 'u1', event: 'App Opened' }],
    ['page', 'p', { anonymousId: 'a1', name: 'Home' }],
    ['screen', 's', { anonymousId: 'a1', name: 'Start' }],
    ['group', 'g', { userId: 'u1', groupId: 'g1' }],
    ['alias', 'a', { userId: 'u1', previousId: 'u0' }],
  ] as const;

  it.each(calls)(
    '/v1/%s and its short form /v1/%s do the same, with a slash at the end too',
    async (type, short, call) => {
      for (const path of [`/v1/${type}`, `/v1/${short}`, `/v1/${type}/`, `/v1/${short}/`, `//v1/${type}`]) {
        const messageId = randomUUID();
        expect(await server.post(path, { ...call, messageId })).toMatchObject(success);
        expect(await stored(messageId)).toMatchObject([{ type, source: 'default' }]);
      }
    },
  );

  it.each(['batch', 'b', 'import', 'batch/'])(
    '/v1/%s takes events of every type in their order',
    async (path) => {
      const batch = calls.map(([type, , call]) => ({ type, ...call, messageId: randomUUID() }));
      expect(await server.post(`/v1/${path}`, { batch })).toMatchObject(success);
      const ids = batch.map(({ messageId }) => messageId);
      expect((await stored(...ids)).map(({ messageId }) => messageId)).toEqual(ids);
    },
  );

  it('/v1/m takes the measurements of analytics.js and drops them', async () => {
    const before = await countRows(database.pool, 'events');
    const init = { headers: { authorization: '', 'content-type': 'text/plain' } };
    expect(await server.post('/v1/m', { series: [{ type: 'Counter' }] }, init)).toMatchObject(success);
    expect(await countRows(database.pool, 'events')).toBe(before);
  });

  it('tell analytics.js where to send to', async () => {
    const response = await fetch(`${server.url}/v1/projects/${writeKey}/settings`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      integrations: {
        'Segment.io': { apiKey: writeKey, apiHost: `${new URL(server.url).host}/v1`, protocol: 'http' },
      },
      plan: { track: { __default: { enabled: true } } },
      remotePlugins: [],
      middlewareSettings: {},
      enabledMiddleware: {},
    });
    expect((await fetch(`${server.url}/v1/projects/unknown/settings`)).status).toBe(404);
  });

  it('tell analytics.js the public address when there is one', async () => {
    const behind = await startServer(database.pool, { publicUrl: 'https://events.example.com/in' });
    const response = await fetch(`${behind.url}/v1/projects/${writeKey}/settings/`);
    expect(await response.json()).toMatchObject({
      integrations: { 'Segment.io': { apiHost: 'events.example.com/in/v1', protocol: 'https' } },
    });
    await behind.close();
  });

  it('never redirect', async () => {
    for (const path of ['/v1/batch', '/v1/batch/', '//v1//batch', '/V1/BATCH']) {
      const response = await fetch(`${server.url}${path}`, {
        method: 'POST',
        redirect: 'manual',
        body: '{}',
      });
      expect(response.status).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('the write key', () => {
  const send = (headers: Record<string, string>, more: object = {}) =>
    server.post('/v1/batch', { batch: [opened()], ...more }, { headers: { authorization: '', ...headers } });
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  it.each([
    ['Basic authentication', { authorization: `Basic ${base64(`${writeKey}:`)}` }],
    ['Basic authentication without a colon', { authorization: `Basic ${base64(writeKey)}` }],
    ['Basic authentication with a password', { authorization: `basic ${base64(`${writeKey}:x`)}` }],
    ['a bearer token', { authorization: `Bearer ${writeKey}` }],
    ['a header of its own', { 'x-write-key': writeKey }],
  ])('is taken from %s', async (_name, headers) => {
    expect(await send(headers)).toMatchObject(success);
  });

  it('is taken from the body', async () => {
    expect(await send({}, { writeKey })).toMatchObject(success);
    expect(await send({ authorization: 'Bearer some.oauth.token' }, { writeKey })).toMatchObject(success);
    const messageId = randomUUID();
    const init = { headers: { authorization: '' } };
    expect(await server.post('/v1/track', { ...opened({ messageId }), writeKey }, init)).toMatchObject(
      success,
    );
    expect(await stored(messageId)).toHaveLength(1);
  });

  it.each([
    ['missing', {}],
    ['wrong', { authorization: basic('wrong') }],
    ['empty', { authorization: basic('') }],
    ['no key', { authorization: 'Basic' }],
    ['garbage', { authorization: 'Basic \u00ff%%%' }],
    ['a part of the right one', { authorization: basic(writeKey.slice(0, -1)) }],
    ['the token of operators', { authorization: basic('operator-token') }],
  ])('that is %s is answered 401 in Segment’s words, and nothing is stored', async (_name, headers) => {
    const before = await countRows(database.pool, 'message_ids');
    expect(await send(headers)).toMatchObject({
      status: 401,
      body: { success: false, code: 'unauthorized' },
    });
    expect(await countRows(database.pool, 'message_ids')).toBe(before);
  });

  it('tells which source an event came from, a new one at once', async () => {
    expect((await send({ authorization: basic('clinic-key') })).status).toBe(401);
    await addSource(database.pool, 'clinic', 'clinic-key');
    const messageId = randomUUID();
    const init = { headers: { authorization: basic('clinic-key') } };
    expect(await server.post('/v1/track', opened({ messageId }), init)).toMatchObject(success);
    expect(await stored(messageId)).toMatchObject([{ source: 'clinic' }]);
  });

  it('of a source that was disabled is refused', async () => {
    await addSource(database.pool, 'old', 'old-key');
    await database.pool.query(`update sources set disabled_at = clock_now() where name = 'old'`);
    expect((await send({ authorization: basic('old-key') })).status).toBe(401);
  });

  it('decides whether events outside the plan are stored, and those start nothing', async () => {
    await addSource(database.pool, 'cafe', 'cafe-key', true);
    const [inCafe, inApp] = [randomUUID(), randomUUID()];
    const unplanned = opened({ event: 'Coffee Ordered' });
    const before = await countRows(database.pool, 'outbox');
    const init = { headers: { authorization: basic('cafe-key') } };
    expect(await server.post('/v1/track', { ...unplanned, messageId: inCafe }, init)).toEqual(
      expect.objectContaining({ status: 200, body: { success: true } }),
    );
    expect(await server.post('/v1/track', { ...unplanned, messageId: inApp })).toMatchObject({
      status: 200,
      body: { rejected: [{ index: 0, messageId: inApp, code: 'unknown_event' }] },
    });
    expect(await stored(inCafe, inApp)).toMatchObject([{ messageId: inCafe, source: 'cafe' }]);
    expect(await countRows(database.pool, 'outbox')).toBe(before);
  });
});

describe('bodies', () => {
  it.each([
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'json',
    'nonsense; x=',
    '',
  ])('are JSON whatever their content type says, as %j', async (contentType) => {
    const headers = { 'content-type': contentType };
    expect(await server.post('/v1/batch', { batch: [opened()] }, { headers })).toMatchObject(success);
  });

  it.each([
    ['labeled as such', { 'content-encoding': 'gzip' }],
    ['not labeled', {}],
    [
      'under a wrong content type',
      { 'content-encoding': 'gzip', 'content-type': 'application/x-www-form-urlencoded' },
    ],
  ])('are inflated when they are gzip, %s', async (_name, headers) => {
    const messageId = randomUUID();
    const body = gzipSync(JSON.stringify({ batch: [opened({ messageId })] }));
    expect(await server.post('/v1/batch', body, { headers })).toMatchObject(success);
    expect(await stored(messageId)).toHaveLength(1);
  });

  it('may come in chunks, compressed or not', async () => {
    for (const wrap of [(text: string) => Buffer.from(text), (text: string) => gzipSync(text)]) {
      const messageId = randomUUID();
      const bytes = wrap(
        JSON.stringify({ batch: [opened({ messageId, properties: { note: 'São Paulo ☂'.repeat(99) } })] }),
      );
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.subarray(at, at + 7));
          controller.close();
        },
      });
      const response = await fetch(`${server.url}/v1/b`, {
        method: 'POST',
        headers: { authorization: basic(writeKey) },
        body,
        duplex: 'half',
      } as RequestInit);
      expect(response.status).toBe(200);
      expect((await stored(messageId))[0]?.properties.note).toBe('São Paulo ☂'.repeat(99));
    }
  });

  it.each([
    ['nothing', ''],
    ['half of a JSON text', '{"batch":[{"type":"track"'],
    ['a list', '[]'],
    ['text', 'batch=1'],
    ['gzip that breaks off', new Uint8Array(gzipSync('{"batch":[]}').subarray(0, 20))],
    ['bytes that are no text', new Uint8Array([0x1f, 0x8b, 0xff, 0x00, 0x13])],
  ])('that are %s get 400 and Segment’s error body', async (_name, body) => {
    expect(await server.post('/v1/batch', body)).toMatchObject({
      status: 400,
      body: { success: false, message: 'malformed JSON', code: 'invalid_request' },
    });
  });

  it('get 400 when the batch is empty or no list', async () => {
    for (const batch of [[], {}, null, 'x', undefined]) {
      expect(await server.post('/v1/batch', { batch })).toMatchObject({
        status: 400,
        body: { success: false, code: 'invalid_request' },
      });
    }
  });

  const tooLarge = {
    status: 400,
    body: { success: false, message: 'a call has at most 512000 bytes', code: 'invalid_request' },
  };

  it('may have 512,000 bytes and not one more', async () => {
    const batch = Array.from({ length: 16 }, () => opened({ properties: { note: 'x'.repeat(31_000) } }));
    const fill = (bytes: number) => {
      const text = JSON.stringify({ batch });
      return `${text}${' '.repeat(bytes - text.length)}`;
    };
    expect(await server.post('/v1/batch', fill(512_000))).toMatchObject(success);
    expect(await server.post('/v1/batch', fill(512_001))).toMatchObject(tooLarge);
  });

  it('of ten megabytes are answered, not cut off, on a connection that goes on', async () => {
    for (const path of ['/v1/batch', '/v1/track', '/v1/import']) {
      expect(await server.post(path, 'x'.repeat(10_000_000))).toMatchObject(tooLarge);
    }
  });

  it('are measured after they are inflated', async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000, 32));
    expect(bomb.length).toBeLessThan(512_000);
    expect(await server.post('/v1/batch', bomb)).toMatchObject(tooLarge);
  });
});

describe('browsers', () => {
  it.each(['/v1/t', '/v1/batch', '/v1/projects/k/settings', '/v1/m'])(
    'may ask for %s before they post',
    async (path) => {
      const response = await fetch(`${server.url}${path}`, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://clinic.example.com',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,x-retry-count',
        },
      });
      expect(response.status).toBe(204);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-allow-methods')).toContain('POST');
      for (const header of ['authorization', 'content-type', 'x-retry-count']) {
        expect(response.headers.get('access-control-allow-headers')?.split(', ')).toContain(header);
      }
      expect(Number(response.headers.get('access-control-max-age'))).toBeGreaterThan(0);
    },
  );

  it('may read every answer, and when to come back', async () => {
    const answers = [
      await server.post('/v1/t', opened()),
      await server.post('/v1/t', '{'),
      await server.post('/v1/t', opened(), { headers: { authorization: basic('wrong') } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 401]);
    for (const { headers } of answers) {
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-expose-headers')).toContain('Retry-After');
    }
  });
});
