import { randomUUID } from 'node:crypto';
import { Analytics } from '@segment/analytics-node';
import { createOutage } from '../../client/segment/outage';
import { type Database, openDatabase } from '../../store/database';
import { type CuttableProxy, cuttableProxy } from '../support/cuttable-proxy';
import { type TestDatabase, testDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import {
  addSource,
  type Answer,
  basic,
  countRows,
  opened,
  startServer,
  storedEvents,
  type TestServer,
  writeKey,
} from './segment-support';

let database: TestDatabase;
let server: TestServer | undefined;

beforeEach(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await database?.drop();
});

/** Keeps every event from being committed until it is let go. */
async function blockCommits(): Promise<() => Promise<void>> {
  const client = await database.pool.connect();
  await client.query('begin; lock table message_ids in access exclusive mode');
  return async () => {
    await client.query('rollback');
    client.release();
  };
}

/** A server whose way to the database can be cut. */
async function cuttableServer(): Promise<{ proxy: CuttableProxy; pool: Database; server: TestServer }> {
  const url = new URL(database.url);
  const proxy = await cuttableProxy(`${url.hostname}:${url.port}`);
  url.host = proxy.address;
  const pool = openDatabase(url.toString(), { connectTimeout: 2_000 });
  return { proxy, pool, server: await startServer(pool) };
}

/** Breaks every connection to the database but the one that asks for it. */
async function terminateConnections(): Promise<void> {
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
}

/** Posts until it is taken, as a client does, and counts what it was told on the way. */
async function deliver(to: TestServer, body: object, statuses: number[] = []): Promise<Answer> {
  return eventually(
    async () => {
      try {
        const answer = await to.post('/v1/batch', body);
        statuses.push(answer.status);
        return answer.status === 200 && answer;
      } catch {
        // The connection broke: the answer is not known.
        return false;
      }
    },
    { timeout: 30_000, interval: 50 },
  );
}

describe('under overload', () => {
  it('calls are sent away with a whole number of seconds, and what was taken is committed', async () => {
    server = await startServer(database.pool, { batching: { maxItems: 5 } });
    const { post } = server;
    const release = await blockCommits();
    const taken = post('/v1/batch', { batch: Array.from({ length: 5 }, () => opened()) });
    const refused = await eventually(async () => {
      const answer = await post('/v1/track', opened({ messageId: 'refused' }));
      return answer.status === 429 && answer;
    });
    expect(refused.headers.get('retry-after')).toMatch(/^[1-5]$/);
    expect(refused.body).toMatchObject({ success: false, code: 'overloaded' });
    const [ready, live] = await Promise.all(
      ['ready', 'live'].map((which) => fetch(`${server?.url}/health/${which}`)),
    );
    expect([ready?.status, live?.status]).toEqual([503, 200]);
    await release();
    expect((await taken).status).toBe(200);
    expect(await storedEvents(database.pool, ['refused'])).toEqual([]);
    expect((await post('/v1/track', opened())).status).toBe(200);
  });

  it('Segment’s client waits as it is told and loses nothing', async () => {
    server = await startServer(database.pool, { batching: { maxItems: 30 } });
    const analytics = new Analytics({ writeKey, host: server.url, flushAt: 15, flushInterval: 20 });
    const errors: unknown[] = [];
    analytics.on('error', (error) => errors.push(error));
    const release = await blockCommits();
    for (let index = 0; index < 300; index++) analytics.track({ userId: `u${index}`, event: 'App Opened' });
    const { registry } = server;
    await eventually(async () =>
      /deferred_calls_total\{reason="overloaded"\} [1-9]/.test(await registry.metrics()),
    );
    await release();
    await analytics.closeAndFlush({ timeout: 40_000 });
    expect(errors).toEqual([]);
    expect(await countRows(database.pool, 'events')).toBe(300);
  });

  it('a call is told to come again rather than kept waiting past its client’s patience', async () => {
    server = await startServer(database.pool, { batching: { patience: 200 } });
    const release = await blockCommits();
    const event = opened();
    expect((await server.post('/v1/track', event)).status).toBe(503);
    await release();
    expect((await deliver(server, { batch: [event] })).status).toBe(200);
    expect(await countRows(database.pool, 'events')).toBe(1);
  });
});

describe('while the database is away', () => {
  it('calls get 503, never 401 or 400, and go in when it is back', async () => {
    const { proxy, pool, server: cut } = await cuttableServer();
    await addSource(database.pool, 'clinic', 'clinic-key');
    expect((await cut.post('/v1/track', opened())).status).toBe(200);
    proxy.cut();
    const clinic = { headers: { authorization: basic('clinic-key') } };
    const event = opened();
    for (let call = 0; call < 5; call++) {
      expect(await cut.post('/v1/track', event)).toMatchObject({ status: 503, body: { success: false } });
      expect((await cut.post('/v1/track', opened(), clinic)).status).toBe(503);
      const bad = await cut.post('/v1/batch', { batch: [{ type: 'track' }] });
      expect(bad.status).toBe(503);
    }
    const ready = await fetch(`${cut.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      error: { code: 'not_ready', details: { ingest: 'failed', postgres: 'failed' } },
    });
    proxy.restore();
    await deliver(cut, { batch: [event] });
    expect((await cut.post('/v1/track', opened(), clinic)).status).toBe(200);
    expect((await fetch(`${cut.url}/health/ready`)).status).toBe(200);
    expect(await countRows(database.pool, 'events')).toBe(3);
    // An outage is told once, and its end.
    expect(cut.logged().match(/events cannot be committed/g)).toHaveLength(1);
    expect(cut.logged()).toContain('events are committed again');
    await cut.close();
    await pool.end();
    await proxy.close();
  });

  it('an outage that lasts is told as a wait that clients sit out', () => {
    let now = 0;
    const outage = createOutage({ now: () => now });
    expect(outage.answer()).toEqual({ status: 503 });
    expect(outage.began()).toBe(true);
    now = 59_999;
    expect(outage.began()).toBe(false);
    expect(outage.answer()).toEqual({ status: 503 });
    now = 60_000;
    for (let call = 0; call < 20; call++) {
      const answer = outage.answer();
      expect(answer).toMatchObject({ status: 429 });
      const seconds = answer.status === 429 ? answer.retryAfter : 0;
      expect(Number.isInteger(seconds) && seconds >= 60 && seconds <= 300).toBe(true);
    }
    expect(outage.ended()).toBe(60_000);
    expect(outage.answer()).toEqual({ status: 503 });
    expect(outage.ended()).toBeUndefined();
  });

  it('breaking again and again under load, every event that was taken counts exactly once', async () => {
    const { proxy, pool, server: cut } = await cuttableServer();
    const statuses: number[] = [];
    const callers = Array.from({ length: 8 }, async (_, caller) => {
      for (let call = 0; call < 12; call++) {
        const batch = Array.from({ length: 10 }, (__, index) =>
          opened({ userId: `u${caller}-${index % 3}`, messageId: `${caller}.${call}.${index}` }),
        );
        await deliver(cut, { batch }, statuses);
      }
    });
    const outages = () => statuses.filter((status) => status === 503).length;
    const isOver = () => statuses.filter((status) => status === 200).length === 8 * 12;
    for (let round = 0; !isOver(); round++) {
      const before = { calls: statuses.length, outages: outages() };
      await eventually(() => isOver() || statuses.length > before.calls + 10);
      if (round % 2 === 0) await terminateConnections();
      else {
        proxy.cut();
        await eventually(() => isOver() || outages() > before.outages);
        proxy.restore();
      }
    }
    await Promise.all(callers);
    expect(outages()).toBeGreaterThan(0);
    expect(await countRows(database.pool, 'events')).toBe(8 * 12 * 10);
    expect(await countRows(database.pool, 'message_ids')).toBe(8 * 12 * 10);
    await cut.close();
    await pool.end();
    await proxy.close();
  });
});

describe('an event that the database will not take', () => {
  async function poison(name: string): Promise<void> {
    await database.pool.query(`
      create function refuse_poison() returns trigger language plpgsql as $$
      begin
        raise exception 'poison: %', new.properties;
      end $$;
      create trigger refuse_poison before insert on events for each row
        when (new.properties ->> 'poison' = '${name}') execute function refuse_poison()`);
  }

  it('is set aside as internal, and all others of its batch go in, in their order', async () => {
    await poison('yes');
    server = await startServer(database.pool);
    const userId = randomUUID();
    const batch = Array.from({ length: 40 }, (_, index) =>
      opened({
        userId,
        messageId: `m${index}`,
        properties: { poison: [7, 23].includes(index) ? 'yes' : 'no', phone: '+12125550142' },
      }),
    );
    const answer = await server.post('/v1/batch', { batch });
    expect(answer.status).toBe(200);
    expect(answer.body.rejected?.map(({ index, messageId, code }) => [index, messageId, code])).toEqual([
      [7, 'm7', 'internal'],
      [23, 'm23', 'internal'],
    ]);
    const ids = (await storedEvents(database.pool)).map(({ messageId }) => messageId);
    expect(ids).toEqual(batch.map(({ messageId }) => messageId).filter((id) => id !== 'm7' && id !== 'm23'));
    expect(await countRows(database.pool, 'quarantine')).toBe(2);
    expect(server.logged()).toContain('event set aside: it cannot be applied');
    expect(server.logged()).not.toContain('2125550142');
  });

  it('that cannot even be set aside is answered, told in the log, and does not hold up the others', async () => {
    await database.pool.query(
      `alter table quarantine add constraint no_tea check (event ->> 'event' <> 'Tea Ordered')`,
    );
    server = await startServer(database.pool);
    const batch = ['Coffee Ordered', 'Tea Ordered', 'App Opened'].map((event) => opened({ event }));
    const answer = await server.post('/v1/batch', { batch });
    expect(answer.status).toBe(200);
    expect(answer.body.rejected?.map(({ index }) => index)).toEqual([0, 1]);
    expect(await countRows(database.pool, 'quarantine')).toBe(1);
    expect(await countRows(database.pool, 'events')).toBe(1);
    expect(server.logged()).toContain('event lost: it cannot even be set aside');
  });

  it('is not what a database is taken for that is not migrated: its clients keep their events', async () => {
    server = await startServer(database.pool);
    await database.pool.query('alter table profiles rename to profiles_elsewhere');
    const event = opened();
    expect((await server.post('/v1/track', event)).status).toBe(503);
    expect(await countRows(database.pool, 'quarantine')).toBe(0);
    await database.pool.query('alter table profiles_elsewhere rename to profiles');
    expect((await server.post('/v1/track', event)).status).toBe(200);
  });
});

describe('what is logged', () => {
  it('holds nothing of a person, whatever goes wrong', async () => {
    const { proxy, pool, server: cut } = await cuttableServer();
    await database.pool.query(`alter table events add constraint no_tea check (name <> 'Page Opened')`);
    const personal = ['+12125550142', '(212) 555-0142', 'anna@example.com', 'Annabelle', 'Rua Augusta 12'];
    const [phone, spelled, email, firstName, street] = personal;
    const traits = { phone, email, firstName, address: { street } };
    const calls: [string, unknown][] = [
      ['/v1/identify', { userId: email, traits, messageId: `${phone}` }],
      ['/v1/identify', { userId: 'u1', traits, context: { traits: { phone: spelled } } }],
      ['/v1/track', { userId: 'u1', event: `${firstName} ${email}`, properties: traits }],
      ['/v1/track', { userId: 'u1', event: 'Phone Verified', properties: { phone: { number: phone } } }],
      ['/v1/page', { userId: 'u1', name: 'Page Opened', properties: traits }],
      ['/v1/batch', `{"batch":[{"traits":{"phone":"${phone}","email":"${email}"`],
      ['/v1/batch', { batch: [traits, phone, { ...traits, userId: 'x'.repeat(40_000) }] }],
      [`/v1/nothing/${encodeURIComponent(phone ?? '')}?email=${email}`, traits],
    ];
    const send = async () => {
      for (const [path, body] of calls) await cut.post(path, body);
      await cut.post('/v1/track', opened(), { headers: { authorization: basic(`${phone}`) } });
      await fetch(`${cut.url}/v1/projects/${email}/settings`);
      await fetch(`${cut.url}/api/customers/phone:${phone}`);
    };
    await send();
    proxy.cut();
    await send();
    expect(cut.logged().length).toBeGreaterThan(2_000);
    for (const one of [...personal, '2125550142', encodeURIComponent(phone ?? '')]) {
      expect(cut.logged()).not.toContain(one);
    }
    await cut.close();
    await pool.end();
    await proxy.close();
  });
});
