import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Analytics } from '@segment/analytics-node';
import OldAnalytics from 'analytics-node';
import { type TestDatabase, testDatabase } from '../support/database';
import { countRows, startServer, storedEvents, type TestServer, writeKey } from './segment-support';

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

describe('@segment/analytics-node', () => {
  function client(more: object = {}) {
    const analytics = new Analytics({ writeKey, host: server.url, flushInterval: 50, ...more });
    const errors: unknown[] = [];
    analytics.on('error', (error) => errors.push(error));
    return { analytics, errors };
  }

  it('delivers every kind of call', async () => {
    const { analytics, errors } = client();
    const context = { timezone: 'America/Sao_Paulo', traits: { phone: '(212) 555-0142' } };
    analytics.identify({ userId: 'u1', traits: { firstName: 'Anna' }, context });
    analytics.track({
      userId: 'u1',
      event: 'App Opened',
      messageId: 'own-id',
      properties: { screen: 'home' },
    });
    analytics.page({ anonymousId: 'a1', name: 'Home', category: 'Docs', properties: { path: '/' } });
    analytics.screen({ anonymousId: 'a1', name: 'Start' });
    analytics.group({ userId: 'u1', groupId: 'g1', traits: { name: 'Clinic' } });
    analytics.alias({ userId: 'u1', previousId: 'a0' });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    const stored = await storedEvents(database.pool);
    expect(stored.map(({ type, name }) => [type, name])).toEqual([
      ['identify', null],
      ['track', 'App Opened'],
      ['page', 'Home'],
      ['screen', 'Start'],
      ['group', null],
      ['alias', null],
    ]);
    expect(stored[1]).toMatchObject({
      messageId: 'own-id',
      properties: { screen: 'home' },
      source: 'default',
    });
    expect(stored[0]?.messageId).toMatch(/^node-next-/);
  });

  it('delivers a thousand events of fifty customers, each once', async () => {
    const { analytics, errors } = client({ flushAt: 20 });
    for (let index = 0; index < 1_000; index++) {
      analytics.track({ userId: `u${index % 50}`, event: 'App Opened', properties: { index } });
    }
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    expect(await countRows(database.pool, 'events')).toBe(1_000);
    expect(await countRows(database.pool, 'profiles')).toBe(50);
  });

  it('takes a batch with bad events in it for delivered: the good ones are in effect', async () => {
    const { analytics, errors } = client();
    analytics.track({ userId: 'u1', event: 'No Such Event' });
    analytics.track({ userId: 'u1', event: 'App Opened' });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    expect(await countRows(database.pool, 'events')).toBe(1);
    expect(await countRows(database.pool, 'quarantine')).toBe(1);
  });

  it('is told at once when its key is wrong', async () => {
    const { analytics, errors } = client({ writeKey: 'wrong' });
    analytics.track({ userId: 'u1', event: 'App Opened' });
    await analytics.closeAndFlush();
    expect(errors).toMatchObject([{ code: 'delivery_failure' }]);
  });

  it('sends again what found no answer, and it counts once', async () => {
    const lossy = await loseFirstAnswer(server.url);
    const { analytics, errors } = client({ host: lossy.url });
    analytics.track({ userId: 'u1', event: 'App Opened' });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    expect(lossy.requests).toBe(2);
    expect(await countRows(database.pool, 'events')).toBe(1);
    await lossy.close();
  });
});

describe('analytics-node, the older client', () => {
  it('delivers every kind of call', async () => {
    const analytics = new OldAnalytics(writeKey, { host: server.url, flushAt: 100 });
    analytics.identify({ userId: 'u1', traits: { firstName: 'Anna' } });
    analytics.track({ userId: 'u1', event: 'Visit Checked In', properties: { visitId: 5, providerId: 'P' } });
    analytics.page({ anonymousId: 'a1', name: 'Home' });
    analytics.screen({ anonymousId: 'a1', name: 'Start' });
    analytics.group({ userId: 'u1', groupId: 'g1' });
    analytics.alias({ userId: 'u1', previousId: 'a0' });
    await analytics.flush();
    const stored = await storedEvents(database.pool);
    expect(stored.map(({ type }) => type)).toEqual(['identify', 'track', 'page', 'screen', 'group', 'alias']);
    expect(stored[0]?.messageId).toMatch(/^node-/);
    expect(await countRows(database.pool, 'enrollments')).toBe(2);
  });
});

/** Stands before a server and breaks the connection instead of passing on the first answer. */
async function loseFirstAnswer(target: string) {
  const seen = { requests: 0 };
  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    seen.requests++;
    const isFirst = seen.requests === 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer = await fetch(`${target}${request.url}`, {
      method: 'POST',
      headers: { authorization: request.headers.authorization ?? '' },
      body: new Uint8Array(Buffer.concat(chunks)),
    });
    if (isFirst) response.destroy();
    else response.writeHead(answer.status).end(await answer.text());
  }
  const proxy = createServer((request, response) => void pass(request, response));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    get requests() {
      return seen.requests;
    },
    close: async () => {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
