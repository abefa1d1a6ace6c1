import { Registry } from 'prom-client';
import { createServer } from '../../client/server';
import { createLogger } from '../../config/logger';
import { shippedProject } from '../../project/project';
import { type TestDatabase, testDatabase } from '../support/database';

let database: TestDatabase;
let server: ReturnType<typeof createServer>;
let url: string;
const errors: string[] = [];

beforeAll(async () => {
  database = await testDatabase();
  server = createServer({
    db: database.pool,
    ingest: shippedProject(),
    writeKey: 'write-key',
    apiToken: 'token',
    log: createLogger({ level: 'error', destination: { write: (line) => errors.push(line) } }),
    registry: new Registry(),
    checks: {},
    plugins: [],
  });
  url = await server.listen({ host: '127.0.0.1', port: 0 });
  const body = JSON.stringify({ writeKey: 'write-key', userId: 'u1' });
  expect((await fetch(`${url}/v1/identify`, { method: 'POST', body })).status).toBe(200);
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

interface Route {
  readonly method: string;
  /** As OpenAPI writes it, `/api/journeys/{journey}/pause`. */
  readonly path: string;
  readonly query: readonly string[];
}

/** Every route that the API says it has: also one that was added yesterday. */
async function routes(): Promise<Route[]> {
  const answer = await fetch(`${url}/api/openapi.json`);
  const { paths } = (await answer.json()) as {
    paths: { [path: string]: { [method: string]: { parameters?: { in: string; name: string }[] } } };
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => ({
      method: method.toUpperCase(),
      path,
      query: parameters.filter((one) => one.in === 'query').map(({ name }) => name),
    })),
  );
}

const cursor = (place: string) => Buffer.from(place).toString('base64url');
const wild = [
  '\0',
  '😀',
  `'"\\`,
  '../../etc',
  '-1',
  '1e999',
  'id:x',
  'phone:\0',
  '__proto__:x',
  '2027-02-31',
  '+275760-09-13T00:00:00.000Z',
  'x'.repeat(499),
  cursor('["2027-01-01T00:00:00+00:00","\\u0000"]'),
  cursor('["9999-12-31T23:59:59+00:00",9007199254740991]'),
  cursor('["0001-01-01T00:00:00+14:00",0.5]'),
];
const bodies = [
  'null',
  '[]',
  '{"__proto__":{}}',
  '{"by":"\\u0000"}',
  '{"by":"\\ud800","note":"\\ud800"}',
  '{"since":"9999-12-31T23:59:59Z","before":"0001-01-01T00:00:00Z"}',
  '{"properties":{"a":"\\u0000","constructor":1}}',
];

it('no route of the operator API fails, whatever is asked of it', async () => {
  const failed: string[] = [];
  const ask = async (method: string, path: string, body?: string) => {
    const headers = { authorization: 'Bearer token', 'content-type': 'application/json' };
    const { status } = await fetch(url + path, { method, headers, ...(body !== undefined && { body }) });
    if (status >= 500) failed.push(`${status} ${method} ${path} ${body ?? ''}`);
  };
  const all = await routes();
  expect(all.length).toBeGreaterThan(20);
  for (const { method, path, query } of all) {
    const at = (value: string) => path.replaceAll(/\{\w+\}/g, encodeURIComponent(value));
    if (path.includes('{')) for (const value of wild) await ask(method, at(value));
    for (const name of query) {
      const needed = path === '/api/why' && name !== 'customer' ? '&customer=user_id:u1' : '';
      for (const value of wild) {
        await ask(method, `${at('user_id:u1')}?${name}=${encodeURIComponent(value)}${needed}`);
      }
    }
    if (method === 'POST') for (const body of bodies) await ask(method, at('flash-reward'), body);
  }
  expect(failed).toEqual([]);
  expect(errors).toEqual([]);
});
