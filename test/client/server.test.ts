import { connect } from 'node:net';
import { Agent, request } from 'node:http';
import type { FastifyPluginAsync } from 'fastify';
import { HttpError } from '../../client/http/http-error';
import { type TestDatabase, testDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { basic, countRows, opened, startServer, type TestServer, writeKey } from './segment-support';

let database: TestDatabase;
let server: TestServer;

const broken: FastifyPluginAsync = async (app) => {
  app.get('/broken', async () => {
    throw new Error('the password of anna@example.com is hunter2');
  });
  app.get('/teapot', async () => {
    throw new HttpError(418, 'teapot', 'This is a teapot.', { color: 'white' });
  });
  app.post('/json', async ({ body }) => ({ got: body }));
};

beforeAll(async () => {
  database = await testDatabase();
  server = await startServer(database.pool, {}, broken);
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

async function call(path: string, init: RequestInit = {}) {
  const response = await fetch(`${server.url}${path}`, init);
  return {
    status: response.status,
    body: (await response.json()) as { error?: { code: string; message: string } },
  };
}

const notFound = { status: 404, body: { error: { code: 'not_found', message: 'There is no such route.' } } };

describe('what there is not', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/v1/batch'],
    ['DELETE', '/v1/track'],
    ['POST', '/v1/unknown'],
    ['POST', '/v1'],
    ['PUT', '/health/live'],
    ['GET', '/wp-login.php?x=1'],
  ])('%s %s is 404', async (method, path) => {
    expect(await call(path, { method })).toEqual(notFound);
  });

  it('is 404 whatever body comes with it, and however large', async () => {
    const json = { 'content-type': 'application/json' };
    for (const body of ['{', 'x'.repeat(10_000_000)]) {
      expect(await call('/nothing', { method: 'POST', body, headers: json })).toEqual(notFound);
    }
    expect(await call('/nothing', { method: 'POST', body: 'x', headers: { 'content-type': 'odd' } })).toEqual(
      notFound,
    );
  });
});

describe('errors', () => {
  it('of ours say what happened', async () => {
    expect(await call('/teapot')).toEqual({
      status: 418,
      body: { error: { code: 'teapot', message: 'This is a teapot.', details: { color: 'white' } } },
    });
  });

  it('that nobody foresaw tell nothing, and are logged without their message', async () => {
    expect(await call('/broken')).toEqual({
      status: 500,
      body: { error: { code: 'internal', message: 'Something went wrong on our side; it is in the log.' } },
    });
    expect(server.logged()).toMatch(/"route":"\/broken".*"status":500/);
    expect(server.logged()).toContain('server.test.ts');
    expect(server.logged()).not.toContain('hunter2');
  });

  it('of the framework have the form of all others', async () => {
    const post = (body: string, type: string) =>
      call('/json', { method: 'POST', body, headers: { 'content-type': type } });
    expect(await post('{', 'application/json')).toMatchObject({
      status: 400,
      body: { error: { code: 'bad_request' } },
    });
    expect(await post('<a/>', 'text/xml')).toMatchObject({
      status: 415,
      body: { error: { code: 'unsupported_media_type' } },
    });
    const large = JSON.stringify('x'.repeat(600_000));
    expect(await post(large, 'application/json')).toMatchObject({
      status: 413,
      body: { error: { code: 'too_large' } },
    });
    expect(await call('/v1/projects/%zz/settings')).toMatchObject({
      status: 400,
      body: { error: { code: 'bad_request' } },
    });
  });

  it('of what is no HTTP are answered too, and the connection is closed', async () => {
    expect(await rawCall('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1.1 400 .*"code":"bad_request"/s);
    const head = `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`;
    expect(await rawCall(head)).toMatch(/^HTTP\/1.1 431 /);
  });
});

describe('metrics', () => {
  it('count events by what became of them, and name no customer', async () => {
    const other = await startServer(database.pool);
    const large = opened({ properties: { fill: 'x'.repeat(33_000) } });
    const batch = [opened(), opened(), opened({ event: 'No Such Event' }), large];
    await other.post('/v1/batch', { batch });
    await fetch(`${other.url}/api/customers/user_id:${batch[0]?.userId}`);
    const response = await fetch(`${other.url}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    expect(text).toContain('events_ingested_total{result="accepted"} 2');
    expect(text).toContain('events_ingested_total{result="quarantined"} 1');
    expect(text).toContain('events_ingested_total{result="refused"} 1');
    expect(text).toContain('ingest_batch_seconds_count 1');
    expect(text).toContain('ingest_queue_events 0');
    expect(text).toContain('route="/api/customers/:customer"');
    for (const { userId, messageId } of batch) {
      expect(text).not.toContain(userId);
      expect(text).not.toContain(messageId);
    }
    await other.close();
  });
});

describe('closing', () => {
  it('answers what was taken after its commit, and refuses what comes later', async () => {
    const closing = await startServer(database.pool);
    const agent = new Agent({ keepAlive: true });
    const post = (body: object) => postWith(agent, `${closing.url}/v1/track`, body);
    expect(await post(opened())).toBe(200);

    const client = await database.pool.connect();
    await client.query('begin; lock table message_ids in access exclusive mode');
    const before = await countLocked();
    const taken = post(opened());
    await eventually(async () => (await countLocked()) > before);
    const closed = closing.close();
    await eventually(() =>
      fetch(closing.url).then(
        () => false,
        () => true,
      ),
    );
    await client.query('rollback');
    client.release();
    expect(await taken).toBe(200);
    await closed;
    expect(await countRows(database.pool, 'events')).toBeGreaterThanOrEqual(2);
    await expect(post(opened())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    agent.destroy();
  });
});

async function countLocked(): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>(
    `select count(*) as n from pg_locks where relation = 'message_ids'::regclass and not granted`,
  );
  return rows[0]?.n ?? 0;
}

function postWith(agent: Agent, url: string, body: object): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      { method: 'POST', agent, headers: { authorization: basic(writeKey) } },
      (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      },
    );
    call.on('error', reject).end(JSON.stringify(body));
  });
}

function rawCall(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}
