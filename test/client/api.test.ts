import { randomUUID } from 'node:crypto';
import fastify, { type FastifyPluginAsync } from 'fastify';
import type { JourneyPolicy, Purpose } from '../../catalog/policy';
import { operatorApi, type OperatorApiDeps } from '../../client/api/operator-api';
import { shippedProject } from '../../project/project';
import { insertQuarantined } from '../../store/quarantine';
import { type TestDatabase, testDatabase } from '../support/database';
import { recordOf } from './record';

const token = 'operator-token';
const authorization = `Bearer ${token}`;

let database: TestDatabase;
let app: Server;
const replay = jest.fn<ReturnType<OperatorApiDeps['quarantine']['replay']>, [string, unknown]>();

interface Server {
  readonly request: (path: string, init?: RequestInit) => Promise<Response>;
}

const policyOf = (purpose: Purpose): JourneyPolicy => ({
  version: 1,
  purpose,
  enter: { on: 'Visit Checked In' },
  reentry: 'always',
});

const running: { close(): Promise<unknown> }[] = [];

/** The operator's routes on a port of their own; jest cannot load what `app.inject` needs. */
async function serve(more: Partial<OperatorApiDeps> = {}, beside?: FastifyPluginAsync): Promise<Server> {
  const server = fastify({ routerOptions: { maxParamLength: 1000 }, forceCloseConnections: true });
  if (beside) await server.register(beside);
  await server.register(
    operatorApi({
      db: database.pool,
      apiToken: token,
      timezone: 'America/New_York',
      country: 'US',
      journeys: [
        { id: 'flash-reward', policy: policyOf('moment') },
        { id: 'onboarding', policy: policyOf('marketing') },
      ],
      quarantine: { replay },
      launch: { project: shippedProject() },
      ...more,
    }),
  );
  running.push(server);
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return { request: (path, init) => fetch(`${url}${path}`, init) };
}

interface Answer {
  status: number;
  body: {
    items: { [field: string]: unknown }[];
    next?: string;
    error: { code: string; message: string; details?: unknown };
    [field: string]: unknown;
  };
}

async function call(method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object): Promise<Answer> {
  const response = await app.request(path, {
    method,
    headers: { authorization, ...(payload && { 'content-type': 'application/json' }) },
    ...(payload && { body: JSON.stringify(payload) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}
const get = (url: string) => call('GET', url);

/** Everything at `url`, page by page. */
async function pages(url: string, limit: number): Promise<{ [field: string]: unknown }[]> {
  const all: { [field: string]: unknown }[] = [];
  for (let next: string | undefined = ''; next !== undefined; ) {
    const answer: Answer = await get(`${url}${url.includes('?') ? '&' : '?'}limit=${limit}&after=${next}`);
    expect(answer.status).toBe(200);
    expect(answer.body.items.length).toBeLessThanOrEqual(limit);
    all.push(...answer.body.items);
    next = answer.body.next;
  }
  return all;
}

beforeAll(async () => {
  database = await testDatabase();
  app = await serve();
});
afterAll(async () => {
  await Promise.all(running.map((server) => server.close()));
  await database?.drop();
});

describe('the door of the operator', () => {
  it.each(['/api/journeys', '/api/customers/phone:1', '/api/enrollments', '/api/sends', '/api/quarantine'])(
    '%s is closed without the token',
    async (url) => {
      for (const wrong of [undefined, 'Bearer', 'Bearer wrong', `Basic ${token}`, `Bearer ${token}x`]) {
        const response = await app.request(
          url,
          wrong === undefined ? {} : { headers: { authorization: wrong } },
        );
        expect(response.status).toBe(401);
        expect(await response.json()).toMatchObject({ error: { code: 'unauthorized' } });
      }
    },
  );

  it('answers an unknown route in the form of all errors', async () => {
    expect(await get('/api/nothing')).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
  });

  it('sets security headers on its own routes only', async () => {
    const server = await serve({}, async (beside) => {
      beside.get('/elsewhere', async () => ({}));
    });
    const inside = await server.request('/api/journeys', { headers: { authorization } });
    const outside = await server.request('/elsewhere');
    expect(inside.headers.get('x-content-type-options')).toBe('nosniff');
    expect(outside.headers.has('x-content-type-options')).toBe(false);
    expect(outside.headers.has('x-ratelimit-limit')).toBe(false);
  });

  it('slows down those who guess tokens, not the operator', async () => {
    const server = await serve({ strangerRate: 3 });
    const ask = (authorized: boolean) =>
      server.request('/api/journeys', authorized ? { headers: { authorization } } : {});
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await ask(false)).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect(await (await ask(false)).json()).toMatchObject({ error: { code: 'rate_limited' } });
    expect((await ask(true)).status).toBe(200);
  });

  it('describes itself in OpenAPI, without a token', async () => {
    const response = await app.request('/api/openapi.json');
    expect(response.status).toBe(200);
    const { openapi, paths } = (await response.json()) as {
      openapi: string;
      paths: { [path: string]: object };
    };
    expect(openapi).toMatch(/^3\.0/);
    expect(Object.keys(paths).sort()).toEqual([
      '/api/customers/{customer}',
      '/api/customers/{customer}/timeline',
      '/api/enrollments',
      '/api/journeys',
      '/api/journeys/{journey}/estimate',
      '/api/journeys/{journey}/launch',
      '/api/journeys/{journey}/launch/approve',
      '/api/journeys/{journey}/launch/cancel',
      '/api/journeys/{journey}/pause',
      '/api/journeys/{journey}/readmit',
      '/api/journeys/{journey}/resume',
      '/api/journeys/{journey}/stop',
      '/api/outcomes',
      '/api/quarantine',
      '/api/quarantine/{messageId}',
      '/api/quarantine/{messageId}/replay',
      '/api/reviews',
      '/api/reviews/{channel}/{key}/settle',
      '/api/sends',
      '/api/sends/halt',
      '/api/sends/resume',
      '/api/why',
    ]);
    expect(JSON.stringify(paths['/api/customers/{customer}/timeline'])).toContain('"limit"');
  });
});

describe('a customer', () => {
  const phone = '+12125550142';

  beforeAll(async () => {
    const anna = recordOf(database.pool);
    await anna.profile(
      {
        traits: { firstName: 'Anna', timezone: 'Pacific Time' },
        stage: 'new',
        context_timezone: 'America/Chicago',
      },
      { user_id: 'u+1', phone, email: 'anna+news@example.com', anonymous_id: 'a 1' },
    );
    const subscription = { profile_id: anna.profileId, source: 'clinic form', at: '2027-01-05T15:00:00Z' };
    await anna.insert('subscriptions', { ...subscription, channel: 'sms', key: phone, status: 'subscribed' });
    await anna.insert('subscriptions', {
      ...subscription,
      channel: 'email',
      key: 'anna+news@example.com',
      topic: 'care-news',
      status: 'unsubscribed',
    });
    const enrollment_id = await anna.enrollment('flash-reward', '2027-02-02T15:00:00Z');
    const offer = {
      profile_id: anna.profileId,
      enrollment_id,
      step: 'offer',
      name: 'flash-reward',
      granted_at: '2027-02-02T15:00:00Z',
    };
    await anna.insert('offers', {
      ...offer,
      offer_id: randomUUID(),
      occurrence: 1,
      expires_at: '2001-01-01T00:00:00Z',
    });
    await anna.insert('offers', {
      ...offer,
      offer_id: randomUUID(),
      occurrence: 2,
      granted_at: '2027-02-02T15:00:01Z',
      expires_at: '2999-01-01T00:00:00Z',
    });
    await anna.insert('offers', {
      ...offer,
      offer_id: randomUUID(),
      occurrence: 3,
      granted_at: '2027-02-02T15:00:02Z',
      expires_at: '2001-01-01T00:00:00Z',
      redeemed_at: '2000-12-31T00:00:00Z',
    });
  });

  it('is shown with identifiers, traits, stage, zone, consent and offers', async () => {
    const { status, body } = await get('/api/customers/user_id:u%2B1');
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      identifiers: expect.arrayContaining([
        { type: 'phone', value: phone },
        { type: 'user_id', value: 'u+1' },
      ]),
      traits: { firstName: 'Anna', timezone: 'Pacific Time' },
      stage: 'new',
      timezone: 'America/Chicago',
      subscriptions: [
        {
          channel: 'email',
          key: 'anna+news@example.com',
          group: 'care-news',
          status: 'unsubscribed',
          source: 'clinic form',
          at: '2027-01-05T15:00:00.000Z',
        },
        {
          channel: 'sms',
          key: phone,
          status: 'subscribed',
          source: 'clinic form',
          at: '2027-01-05T15:00:00.000Z',
        },
      ],
      offers: [
        expect.objectContaining({
          name: 'flash-reward',
          status: 'expired',
          expiresAt: '2001-01-01T00:00:00.000Z',
        }),
        expect.objectContaining({ status: 'granted' }),
        expect.objectContaining({ status: 'redeemed' }),
      ],
    });
  });

  it.each([
    'phone:+12125550142',
    'phone:%2B12125550142',
    'phone:%2B1%20212%20555%200142',
    'phone:(212)%20555-0142',
    'phone:212.555.0142',
    'phone:12125550142',
    'email:anna+news@example.com',
    'email:Anna%2BNews@Example.com',
    'user_id:u+1',
    'userId:u%2B1',
    'anonymous_id:a%201',
    'anonymousId:a%201',
  ])('is found in the path by %s', async (reference) => {
    expect(await get(`/api/customers/${reference}`)).toMatchObject({
      status: 200,
      body: { traits: { firstName: 'Anna' } },
    });
  });

  it.each(['phone:+12125550142', 'phone:%2B12125550142', 'email:anna+news@example.com', 'user_id:u+1'])(
    'is found in a query by %s',
    async (reference) => {
      const { status, body } = await get(`/api/enrollments?customer=${reference}`);
      expect([status, body.items.length]).toEqual([200, 1]);
    },
  );

  it.each([
    ['phone:+12125550143', 404, 'customer_not_found'],
    ['phone:nonsense', 404, 'customer_not_found'],
    ['user_id:U%2B1', 404, 'customer_not_found'],
    [`user_id:${'x'.repeat(300)}`, 404, 'customer_not_found'],
    ['nonsense', 400, 'invalid_request'],
    ['phone:', 400, 'invalid_request'],
    [':value', 400, 'invalid_request'],
  ])('%s answers %d', async (reference, status, code) => {
    for (const rest of ['', '/timeline']) {
      expect(await get(`/api/customers/${reference}${rest}`)).toMatchObject({
        status,
        body: { error: { code } },
      });
    }
  });

  it('shows a STOP on every subscription of the number, and what was before once it is gone', async () => {
    const zoe = recordOf(database.pool);
    const key = '+12125550177';
    await zoe.profile({}, { phone: key });
    const read = async () => (await get(`/api/customers/phone:${key}`)).body.subscriptions;
    const stop = {
      channel: 'sms',
      address: key,
      kind: 'stop',
      source: 'inbound',
      at: '2027-02-03T18:00:00Z',
    };
    const stopped = {
      channel: 'sms',
      key,
      status: 'unsubscribed',
      source: 'inbound',
      actor: 'customer',
      at: '2027-02-03T18:00:00.000Z',
    };

    await zoe.insert('suppressions', stop);
    expect(await read()).toEqual([stopped]);

    const subscription = {
      profile_id: zoe.profileId,
      channel: 'sms',
      key,
      status: 'subscribed',
      source: 'form',
    };
    await zoe.insert('subscriptions', { ...subscription, at: '2027-01-01T00:00:00Z' });
    await zoe.insert('subscriptions', { ...subscription, topic: 'offers', at: '2027-01-01T00:00:00Z' });
    expect(await read()).toEqual([stopped, { ...stopped, group: 'offers' }]);

    await database.pool.query('delete from suppressions where address = $1', [key]);
    expect(await read()).toMatchObject([{ status: 'subscribed' }, { status: 'subscribed', group: 'offers' }]);
  });

  it('is found by the id that answers name them by, also by that of a profile which became theirs', async () => {
    const [kept, gone] = [recordOf(database.pool), recordOf(database.pool)];
    await kept.profile({}, { user_id: 'kept' });
    await gone.profile({}, {});
    await database.pool.query('update profiles set merged_into = $1 where profile_id = $2', [
      kept.profileId,
      gone.profileId,
    ]);
    for (const id of [kept.profileId, gone.profileId]) {
      expect((await get(`/api/customers/id:${id}`)).body).toMatchObject({ id: kept.profileId });
    }
    for (const id of [randomUUID(), 'kept']) {
      expect((await get(`/api/customers/id:${id}`)).status).toBe(404);
    }
  });

  it('who never registered has no stage, and the zone of the workspace when nothing is known', async () => {
    const noone = recordOf(database.pool);
    await noone.profile({}, { anonymous_id: 'a9' });
    const { body } = await get('/api/customers/anonymous_id:a9');
    expect(body).toEqual({
      id: noone.profileId,
      identifiers: [{ type: 'anonymous_id', value: 'a9' }],
      traits: {},
      timezone: 'America/New_York',
      subscriptions: [],
      offers: [],
    });
  });
});

describe('a timeline', () => {
  const at = '2027-02-02T15:00:00.000Z';
  const later = '2027-02-02T16:30:00.000Z';
  let ids: { enrollmentId: string; sendId: string };

  beforeAll(async () => {
    const x = recordOf(database.pool);
    await x.profile({}, { user_id: 'timeline' });
    const { profileId: profile_id } = x;
    await x.insert('identity_changes', {
      profile_id,
      at,
      change: 'attached',
      type: 'user_id',
      value: 'timeline',
    });
    await x.event('Visit Checked In', at, {
      message_id: 'm1',
      properties: { visitId: 'V1', nothing: null },
      timestamp: '2027-02-02T14:59:00Z',
    });
    const enrollmentId = await x.enrollment('flash-reward', at, { key: 'V1' });
    await x.change('flash-reward', 'entered', at, { enrollment_id: enrollmentId, key: 'V1' });
    await x.change('onboarding', 'refused', at, { reason: 'once' });
    await x.insert('stage_changes', { profile_id, at, from_stage: 'registered', to_stage: 'new' });
    await x.insert('consent_changes', {
      profile_id,
      at,
      channel: 'sms',
      key: '+12125550142',
      from_status: 'none',
      to_status: 'subscribed',
      source: 'clinic form',
    });
    await x.decision(enrollmentId, at, {
      checks: JSON.stringify([{ check: 'erased', result: 'passed', saw: { erased: false } }]),
    });
    const sendId = await x.send(enrollmentId, at);
    await x.insert('send_changes', { send_id: sendId, profile_id, at, status: 'reserved' });
    await x.insert('send_changes', { send_id: sendId, profile_id, at, status: 'sent', provider_sid: 'SM1' });
    await x.decision(enrollmentId, later, {
      step: 'flash-reward-reminder',
      message: 'flash-reward-reminder',
      verdict: 'deferred',
      reason: 'quiet_hours',
      until: '2027-02-03T13:00:00Z',
    });
    await x.insert('outcomes', {
      profile_id,
      enrollment_id: enrollmentId,
      journey: 'flash-reward',
      outcome: 'goal',
      value: { event: 'Offer Redeemed' },
      at: later,
    });
    ids = { enrollmentId, sendId };
  });

  const url = '/api/customers/user_id:timeline/timeline';

  it('tells everything in order, in exactly the agreed fields, leaving out what is absent', async () => {
    const { body } = await get(url);
    const { enrollmentId, sendId } = ids;
    const send = {
      kind: 'send',
      at,
      sendId,
      enrollmentId,
      step: 'flash-reward',
      message: 'flash-reward',
      channel: 'sms',
      body: 'Thanks!',
    };
    expect(body).toEqual({
      items: [
        { at, kind: 'identity', change: 'attached', type: 'user_id', value: 'timeline' },
        {
          at,
          kind: 'event',
          name: 'Visit Checked In',
          type: 'track',
          messageId: 'm1',
          timestamp: '2027-02-02T14:59:00.000Z',
          receivedAt: at,
          properties: { visitId: 'V1', nothing: null },
        },
        {
          at,
          kind: 'enrollment',
          enrollmentId,
          journey: 'flash-reward',
          version: 1,
          key: 'V1',
          status: 'entered',
        },
        { at, kind: 'enrollment', journey: 'onboarding', version: 1, status: 'refused', reason: 'once' },
        { at, kind: 'stage', from: 'registered', to: 'new' },
        {
          at,
          kind: 'consent',
          channel: 'sms',
          key: '+12125550142',
          from: 'none',
          to: 'subscribed',
          source: 'clinic form',
        },
        {
          at,
          kind: 'decision',
          enrollmentId,
          step: 'flash-reward',
          message: 'flash-reward',
          verdict: 'send',
          checks: [{ check: 'erased', result: 'passed', saw: { erased: false } }],
        },
        { ...send, status: 'reserved' },
        { ...send, status: 'sent', providerSid: 'SM1' },
        {
          at: later,
          kind: 'decision',
          enrollmentId,
          step: 'flash-reward-reminder',
          message: 'flash-reward-reminder',
          verdict: 'deferred',
          reason: 'quiet_hours',
          until: '2027-02-03T13:00:00.000Z',
          checks: [],
        },
        {
          at: later,
          kind: 'outcome',
          enrollmentId,
          journey: 'flash-reward',
          outcome: 'goal',
          value: { event: 'Offer Redeemed' },
        },
      ],
    });
  });

  it.each([1, 2, 3, 10, 11])('comes in pages of %d without a gap or a repeat', async (limit) => {
    expect(await pages(url, limit)).toEqual((await get(url)).body.items);
  });

  it('holds only the kinds that are asked for', async () => {
    const kindsIn = async (kinds: string) =>
      (await get(`${url}?kinds=${kinds}`)).body.items.map(({ kind }) => kind);
    expect(await kindsIn('event')).toEqual(['event']);
    expect(await kindsIn('send,outcome')).toEqual(['send', 'send', 'outcome']);
    expect(await kindsIn('stage, consent')).toEqual(['stage', 'consent']);
    expect(await pages(`${url}?kinds=send,outcome`, 1)).toHaveLength(3);
  });

  it.each([
    'kinds=send,nonsense',
    'limit=0',
    'limit=1001',
    'limit=ten',
    'after=nonsense',
    `after=${Buffer.from('["2027-99-99T00:00:00+00:00",1]').toString('base64url')}`,
    `after=${Buffer.from('["2027-02-31T00:00:00+00:00",1]').toString('base64url')}`,
    `after=${Buffer.from('["2027-01-01T00:00:00+99:00",1]').toString('base64url')}`,
    `after=${Buffer.from('["2027-01-01T00:00:00+00:00","x"]').toString('base64url')}`,
    'limit=1&limit=2',
    'misspelt=1',
  ])('refuses ?%s with the place of the mistake', async (query) => {
    expect(await get(`${url}?${query}`)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request' } },
    });
  });

  it('keeps its place to the microsecond among things that happened in one millisecond', async () => {
    const x = recordOf(database.pool);
    await x.profile({}, { user_id: 'micro' });
    for (let i = 0; i < 7; i++) await x.event(`Event ${i}`, `2027-02-02T15:00:00.00000${i}Z`);
    const names = (await pages('/api/customers/user_id:micro/timeline', 2)).map(({ name }) => name);
    expect(names).toEqual(Array.from({ length: 7 }, (_, i) => `Event ${i}`));
  });

  it('reads each kind by its index, whatever the length of the record', async () => {
    const x = recordOf(database.pool);
    await x.profile({}, { user_id: 'long' });
    await x.event('first', '2027-03-01T00:00:00Z');
    await database.pool.query(
      `insert into events (profile_id, message_id, type, name, properties, source, "timestamp", received_at)
       select case when n % 10 = 0 then $1::uuid else gen_random_uuid() end, gen_random_uuid(), 'track', 'e' || n, '{}',
         'default', at, at
       from generate_series(1, 20000) n, lateral (select '2027-03-01'::timestamptz + n * interval '1 second' as at) t`,
      [x.profileId],
    );
    await database.pool.query('analyze events');
    const all = await pages('/api/customers/user_id:long/timeline?kinds=event', 1000);
    expect(all).toHaveLength(2001);
    const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(
      `explain select seq from events where profile_id = $1
         and (received_at, seq) > ('2027-03-01T03:00:00Z'::timestamptz, 0::bigint) order by received_at, seq limit 100`,
      [x.profileId],
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('Index');
    expect(plan).not.toContain('Seq Scan');
  });
});

describe('lists', () => {
  let x: ReturnType<typeof recordOf>;
  let second: string;

  beforeAll(async () => {
    x = recordOf(database.pool);
    await x.profile({}, { user_id: 'lists' });
    await x.enrollment('listed', '2027-05-01T10:00:00Z', {
      status: 'exited',
      reason: 'exit_event',
      ended_at: '2027-05-01T11:00:00Z',
      key: 'K1',
    });
    second = await x.enrollment('listed', '2027-05-01T10:30:00Z', {
      status: 'converted',
      reason: 'goal',
      ended_at: '2027-05-01T10:45:00Z',
      goal_at: '2027-05-01T10:45:00Z',
      key: 'K2',
    });
    await x.enrollment('listed', '2027-05-02T10:00:00Z', { key: 'K3' });
    await x.change('listed', 'refused', '2027-05-03T10:00:00Z', { reason: 'too_soon', key: 'K1' });
    await x.insert('outcomes', {
      profile_id: x.profileId,
      enrollment_id: second,
      journey: 'listed',
      outcome: 'goal',
      at: '2027-05-01T10:45:00Z',
    });
    await x.send(second, '2027-05-01T10:30:00Z', {
      journey: 'listed',
      status: 'delivered',
      provider_sid: 'SM9',
      status_at: '2027-05-01T10:31:00Z',
    });
    await x.send(second, '2027-05-01T10:40:00Z', {
      journey: 'listed',
      status: 'failed',
      error_code: '30006',
      occurrence: 2,
    });
  });

  it('of enrollments go by entry and filter by journey, status and customer', async () => {
    const keysOf = async (query: string) =>
      (await get(`/api/enrollments?${query}`)).body.items.map(({ key }) => key);
    expect(await keysOf('journey=listed')).toEqual(['K1', 'K2', 'K3']);
    expect(await keysOf('journey=listed&status=converted')).toEqual(['K2']);
    expect(await keysOf('journey=listed&status=entered')).toEqual(['K3']);
    expect(await keysOf('customer=user_id:lists')).toEqual(['K1', 'K2', 'K3']);
    expect(await keysOf('journey=other')).toEqual([]);
    expect((await pages('/api/enrollments?journey=listed', 1)).map(({ key }) => key)).toEqual([
      'K1',
      'K2',
      'K3',
    ]);
  });

  it('of enrollments say how each stands', async () => {
    const { items } = (await get('/api/enrollments?journey=listed&status=converted')).body;
    expect(items).toEqual([
      {
        at: '2027-05-01T10:45:00.000Z',
        kind: 'enrollment',
        enrollmentId: second,
        customerId: x.profileId,
        journey: 'listed',
        version: 1,
        key: 'K2',
        status: 'converted',
        reason: 'goal',
        enteredAt: '2027-05-01T10:30:00.000Z',
        endedAt: '2027-05-01T10:45:00.000Z',
        goalAt: '2027-05-01T10:45:00.000Z',
      },
    ]);
  });

  it('of refused entries are had by their status', async () => {
    const { items } = (await get('/api/enrollments?journey=listed&status=refused')).body;
    expect(items).toEqual([
      {
        at: '2027-05-03T10:00:00.000Z',
        kind: 'enrollment',
        customerId: x.profileId,
        journey: 'listed',
        version: 1,
        key: 'K1',
        status: 'refused',
        reason: 'too_soon',
      },
    ]);
  });

  it.each(['enrollments?status=opened', 'sends?status=entered', 'journeys?status=asleep'])(
    'refuse a status that there is not: %s',
    async (list) => {
      expect(await get(`/api/${list}`)).toMatchObject({
        status: 400,
        body: { error: { code: 'invalid_request' } },
      });
      expect(await get(`/api/${list.replace(/=.*/, '=')}`)).toMatchObject({ status: 200 });
    },
  );

  it('of sends filter by status and page', async () => {
    const { items } = (await get('/api/sends?journey=listed&status=delivered')).body;
    expect(items).toEqual([
      expect.objectContaining({
        at: '2027-05-01T10:31:00.000Z',
        kind: 'send',
        enrollmentId: second,
        status: 'delivered',
        providerSid: 'SM9',
        body: 'Thanks!',
      }),
    ]);
    const all = await pages('/api/sends?journey=listed', 1);
    expect(all.map(({ status, errorCode }) => [status, errorCode])).toEqual([
      ['delivered', undefined],
      ['failed', '30006'],
    ]);
  });

  it('of outcomes filter by journey and outcome', async () => {
    const { items } = (await get('/api/outcomes?journey=listed&outcome=goal')).body;
    expect(items).toEqual([
      {
        at: '2027-05-01T10:45:00.000Z',
        kind: 'outcome',
        enrollmentId: second,
        customerId: x.profileId,
        journey: 'listed',
        outcome: 'goal',
      },
    ]);
    expect((await get('/api/outcomes?outcome=nothing')).body.items).toEqual([]);
  });

  it('of journeys count what is open, how the rest ended and what came of it', async () => {
    const { items } = (await get('/api/journeys?journey=listed')).body;
    expect(items).toEqual([
      {
        journey: 'listed',
        version: 1,
        state: 'running',
        waitingSends: 0,
        open: 1,
        ended: 2,
        statuses: { open: 1, exited: 1, converted: 1 },
        outcomes: { goal: 1 },
      },
    ]);
  });

  it('of journeys show those that nobody has entered', async () => {
    const { items } = (await get('/api/journeys?journey=onboarding')).body;
    expect(items).toEqual([
      {
        journey: 'onboarding',
        version: 1,
        state: 'running',
        waitingSends: 0,
        purpose: 'marketing',
        open: 0,
        ended: 0,
        statuses: {},
        outcomes: {},
      },
    ]);
    expect((await get('/api/journeys?customer=user_id:lists&status=exited')).body.items).toMatchObject([
      { journey: 'listed' },
    ]);
  });

  it('of journeys filter by what the journeys do, and page', async () => {
    const { items } = (await get('/api/journeys?status=running')).body;
    expect(items.map(({ journey }) => journey)).toEqual(
      expect.arrayContaining(['flash-reward', 'onboarding']),
    );
    expect((await get('/api/journeys?status=stopped')).body).not.toHaveProperty('items.0');

    const paged: unknown[] = [];
    let after = '';
    do {
      const page = (await get(`/api/journeys?limit=1&after=${after}`)).body;
      expect(page.items).toHaveLength(1);
      paged.push(...page.items);
      after = page.next ?? '';
    } while (after);
    expect(paged).toEqual(items);
    expect((await get('/api/journeys?after=nonsense')).status).toBe(400);
  });

  it('refuse a customer nobody knows', async () => {
    for (const list of ['enrollments', 'sends', 'outcomes', 'journeys']) {
      expect(await get(`/api/${list}?customer=user_id:nobody`)).toMatchObject({
        status: 404,
        body: { error: { code: 'customer_not_found' } },
      });
    }
  });
});

describe('the quarantine', () => {
  const violations = [{ path: 'properties.providerId', code: 'required', message: 'required: providerId' }];
  const event = { type: 'track', event: 'Visit Checked In' };

  beforeAll(async () => {
    for (const messageId of ['q1', 'q/2', 'q3']) {
      await insertQuarantined(database.pool, [
        { messageId, sentAt: null, source: 'default', event, violations },
      ]);
    }
  });
  beforeEach(() => replay.mockReset());

  it('lists what is set aside, with each violation, page by page', async () => {
    const { items } = (await get('/api/quarantine?messageId=q1')).body;
    expect(items).toEqual([
      { messageId: 'q1', receivedAt: expect.stringMatching(/Z$/), source: 'default', event, violations },
    ]);
    expect((await pages('/api/quarantine', 1)).map(({ messageId }) => messageId)).toEqual([
      'q1',
      'q/2',
      'q3',
    ]);
  });

  it('replays an event with corrected properties, once', async () => {
    replay
      .mockResolvedValueOnce({ status: 'replayed' })
      .mockResolvedValueOnce({ status: 'already_replayed' });
    const properties = { providerId: 'P7' };
    expect(await call('POST', '/api/quarantine/q%2F2/replay', { properties })).toEqual({
      status: 200,
      body: { replayed: true },
    });
    expect(replay).toHaveBeenCalledWith('q/2', properties);
    expect(await call('POST', '/api/quarantine/q%2F2/replay')).toEqual({
      status: 200,
      body: { replayed: false },
    });
    expect(replay).toHaveBeenLastCalledWith('q/2', undefined);
  });

  it('takes JSON whatever it is called, and says when it is none', async () => {
    replay.mockResolvedValueOnce({ status: 'replayed' });
    const path = '/api/quarantine/q1/replay';
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    const body = JSON.stringify({ properties: { providerId: 'P7' } });
    expect((await app.request(path, { method: 'POST', headers, body })).status).toBe(200);
    expect(replay).toHaveBeenLastCalledWith('q1', { providerId: 'P7' });

    const form = await app.request(path, { method: 'POST', headers, body: 'providerId=P7' });
    expect({ status: form.status, body: await form.json() }).toEqual({
      status: 400,
      body: { error: { code: 'bad_request', message: 'The body is not JSON.' } },
    });
  });

  it('takes an empty body that calls itself JSON', async () => {
    replay.mockResolvedValueOnce({ status: 'replayed' });
    const response = await app.request('/api/quarantine/q1/replay', {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
    });
    expect(response.status).toBe(200);
  });

  it('says what is still wrong with an event, and what it does not have', async () => {
    replay
      .mockResolvedValueOnce({ status: 'invalid', violations })
      .mockResolvedValueOnce({ status: 'not_found' });
    expect(await call('POST', '/api/quarantine/q1/replay')).toMatchObject({
      status: 422,
      body: { error: { code: 'still_invalid', details: violations } },
    });
    expect(await call('POST', '/api/quarantine/q9/replay')).toMatchObject({
      status: 404,
      body: { error: { code: 'not_quarantined' } },
    });
    expect(await call('POST', '/api/quarantine/q1/replay', { properties: 'text' })).toMatchObject({
      status: 400,
    });
    expect(await call('POST', '/api/quarantine/q1/replay', { property: {} })).toMatchObject({ status: 400 });
  });

  it('drops an event for good', async () => {
    expect(await call('DELETE', '/api/quarantine/q3')).toEqual({ status: 200, body: { dropped: true } });
    expect(await call('DELETE', '/api/quarantine/q3')).toMatchObject({ status: 404 });
    expect((await get('/api/quarantine?messageId=q3')).body.items).toEqual([]);
  });
});

describe('entries that the guard had refused', () => {
  const readmit = '/api/journeys/flash-reward/readmit';
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

  it('are judged again, once, by who asks and as far back as they say', async () => {
    const x = recordOf(database.pool);
    await x.profile({}, { user_id: 'readmitted' });
    await x.insert('holds', {
      journey: 'flash-reward',
      kind: 'paused',
      cause: 'blast_guard',
      actor: 'jornada',
      since: ago(10),
      lifted_at: ago(1),
    });
    const visit = { visitId: 'V1', providerId: 'P1' };
    await x.event('Visit Checked In', ago(5), { message_id: 'refused', properties: visit });
    await x.change('flash-reward', 'refused', ago(5), { reason: 'paused', key: 'V1', message_id: 'refused' });

    const none = { journey: 'flash-reward', entered: 0, refused: {}, lapsed: 0, more: false };
    expect(await call('POST', readmit, { since: ago(3) })).toMatchObject({ status: 200, body: none });
    expect(await call('POST', readmit, { before: ago(7) })).toMatchObject({ status: 200, body: none });
    expect(await call('POST', readmit, { because: 'no_code' })).toMatchObject({ status: 200, body: none });
    const { status, body } = await call('POST', readmit, { by: 'Ana' });
    expect([status, body]).toMatchObject([200, { ...none, entered: 1 }]);
    expect(Date.parse(String(body.before))).toBeLessThanOrEqual(Date.now());
    expect(await call('POST', readmit)).toMatchObject({ status: 200, body: none });
    expect(
      (await get('/api/enrollments?customer=user_id:readmitted&status=entered')).body.items,
    ).toHaveLength(1);
    const { rows } = await database.pool.query(
      'select readmitted_by from enrollment_changes where profile_id = $1 and readmitted_at is not null',
      [x.profileId],
    );
    expect(rows).toEqual([{ readmitted_by: 'Ana' }]);
  });

  it('are not of a journey that there is not, that is paused, or for a reason that is none', async () => {
    expect(await call('POST', '/api/journeys/no-such/readmit')).toMatchObject({
      status: 404,
      body: { error: { code: 'journey_not_found' } },
    });
    expect(await call('POST', readmit, { because: 'so' })).toMatchObject({ status: 400 });
    expect(await call('POST', readmit, { since: 'lately' })).toMatchObject({ status: 400 });
    await call('POST', '/api/journeys/flash-reward/pause');
    expect(await call('POST', readmit)).toMatchObject({
      status: 409,
      body: { error: { code: 'journey_paused' } },
    });
    await call('POST', '/api/journeys/flash-reward/resume');
  });
});
