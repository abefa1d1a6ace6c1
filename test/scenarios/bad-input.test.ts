import { caller } from './support/calls';
import { onRecord } from './support/on-record';
import { type TestWorld, testWorld } from './support/world';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ clock: '2027-02-02T15:00:00Z' });
});
afterAll(() => world.end());

interface Refused {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly status: number;
  /** The `code` of the error. */
  readonly code: string;
}

const basic = (key: string) => ({ authorization: `Basic ${btoa(`${key}:`)}` });
const track = (event: object) => ({ userId: 'u1', event: 'App Opened', ...event });
const tenMegabytes = 'x'.repeat(10 * 1024 * 1024);

describe('a call that cannot be understood is refused whole, with what is wrong', () => {
  const key = () => basic(world.stack.writeKey);
  const cases: readonly (readonly [what: string, refused: () => Refused])[] = [
    ['malformed JSON', () => segment('/v1/track', '{"event": "App Opened", "userId"', 'invalid_request')],
    ['JSON that is no object', () => segment('/v1/track', '"App Opened"', 'invalid_request')],
    ['a batch that is no list', () => segment('/v1/batch', { batch: { 0: track({}) } }, 'invalid_request')],
    ['an empty batch', () => segment('/v1/batch', { batch: [] }, 'invalid_request')],
    ['an empty body', () => segment('/v1/identify', '', 'invalid_request')],
    [
      'ten megabytes of events',
      () => segment('/v1/batch', { batch: [track({ properties: { tenMegabytes } })] }, 'invalid_request'),
    ],
    [
      'ten megabytes in one event',
      () => segment('/v1/track', track({ properties: { tenMegabytes } }), 'invalid_request'),
    ],
    [
      'no write key',
      () => ({
        path: '/v1/track',
        body: track({}),
        headers: { authorization: '' },
        status: 401,
        code: 'unauthorized',
      }),
    ],
    [
      'a wrong write key',
      () => ({
        path: '/v1/track',
        body: track({}),
        headers: basic('wk_wrong'),
        status: 401,
        code: 'unauthorized',
      }),
    ],
    [
      'the API token as write key',
      () => ({
        path: '/v1/batch',
        body: { batch: [track({})] },
        headers: basic(world.stack.apiToken),
        status: 401,
        code: 'unauthorized',
      }),
    ],
    [
      'a route that does not exist',
      () => ({ path: '/v1/tracks', body: track({}), headers: key(), status: 404, code: 'not_found' }),
    ],
    [
      'a method that does not exist',
      () => ({ method: 'DELETE', path: '/v1/track', headers: key(), status: 404, code: 'not_found' }),
    ],

    ['no token', () => api('/api/sends', { authorization: '' }, 401, 'unauthorized')],
    ['a wrong token', () => api('/api/sends', { authorization: 'Bearer at_wrong' }, 401, 'unauthorized')],
    [
      'the write key as token',
      () => api('/api/sends', { authorization: `Bearer ${world.stack.writeKey}` }, 401, 'unauthorized'),
    ],
    ['an operator route that does not exist', () => api('/api/secrets', {}, 404, 'not_found')],
    ['a customer without a type', () => api('/api/customers/ada', {}, 400, 'invalid_request')],
    ['a customer nobody knows', () => api('/api/customers/user_id:nobody', {}, 404, 'customer_not_found')],
    [
      'a customer by a phone that is none',
      () => api('/api/customers/phone:call-me', {}, 404, 'customer_not_found'),
    ],
    [
      'a kind that does not exist',
      () => api('/api/customers/user_id:u1/timeline?kinds=gossip', {}, 400, 'invalid_request'),
    ],
    ['a limit of none', () => api('/api/sends?limit=0', {}, 400, 'invalid_request')],
    ['a limit past a thousand', () => api('/api/enrollments?limit=1001', {}, 400, 'invalid_request')],
    ['a filter that does not exist', () => api('/api/sends?phone=1', {}, 400, 'invalid_request')],
    ['a place in a list that is none', () => api('/api/sends?after=%00%ff', {}, 400, 'invalid_request')],
    ['a path that cannot be decoded', () => api('/api/customers/%E0%A4%A', {}, 400, 'bad_request')],
    [
      'a customer with a null character',
      () => api('/api/customers/user_id:a%00b', {}, 400, 'invalid_request'),
    ],
    ['a filter with one', () => api('/api/sends?journey=%00', {}, 400, 'invalid_request')],
    [
      'a message id with one',
      () => ({ method: 'DELETE', path: '/api/quarantine/%00', status: 400, code: 'invalid_request' }),
    ],
    [
      'a replay with ten megabytes',
      () => ({
        path: '/api/quarantine/m1/replay',
        body: { properties: { tenMegabytes } },
        status: 413,
        code: 'too_large',
      }),
    ],
    [
      'a replay that is malformed',
      () => ({ path: '/api/quarantine/m1/replay', body: '{', status: 400, code: 'bad_request' }),
    ],
    [
      'a replay of what is not there',
      () => ({ path: '/api/quarantine/m1/replay', body: {}, status: 404, code: 'not_quarantined' }),
    ],

    ['a clock that is to go back', () => clock({ to: '2027-01-01T00:00:00Z' }, 'clock_backwards')],
    ['a clock that is to go to 1970', () => clock({ to: '1970-01-01T00:00:00Z' }, 'clock_backwards')],
    ['a clock that is to go back by days', () => clock({ advance: '-3 days' }, 'invalid_request')],
    ['a clock that is to go to no instant', () => clock({ to: 'tomorrow' }, 'invalid_request')],
    [
      'a clock that is to go farther than there is a calendar',
      () => clock({ advance: '99999999999 days' }, 'invalid_request'),
    ],
    ['a clock that is told nothing', () => clock({}, 'invalid_request')],
    [
      'a text from what is no number',
      () => ({
        path: '/sandbox/inbound',
        body: { from: 'call me', body: 'hi' },
        status: 400,
        code: 'invalid_request',
      }),
    ],
    [
      'a text of ten megabytes',
      () => ({
        path: '/sandbox/inbound',
        body: { from: '+12125550188', body: tenMegabytes },
        status: 413,
        code: 'invalid_request',
      }),
    ],
    [
      'a fault that does not exist',
      () => ({
        path: '/sandbox/faults',
        body: { fault: 'earthquake' },
        status: 400,
        code: 'invalid_request',
      }),
    ],

    [
      'a status callback that is not signed',
      () => webhook('status', { MessageSid: 'SM1', MessageStatus: 'sent' }),
    ],
    [
      'an inbound text that is not signed',
      () => webhook('inbound', { MessageSid: 'SM2', From: '+12125550188', Body: 'STOP' }),
    ],
    [
      'a callback of ten megabytes',
      () => ({ ...webhook('status', { MessageSid: tenMegabytes }), status: 413, code: 'too_large' }),
    ],
    [
      'a callback as JSON',
      () => ({
        path: '/webhooks/twilio/status',
        body: { MessageSid: 'SM1' },
        status: 403,
        code: 'bad_signature',
      }),
    ],
  ];

  it.each(cases)('%s', async (_what, given) => {
    const { method = 'POST', path, body, headers = {}, status, code } = given();
    const before = await onRecord(world);
    const began = performance.now();
    const answer = await caller(world.stack).call<{
      code?: string;
      message?: string;
      error?: { code: string; message: string };
    }>(method, path, body, headers);
    const error = answer.body?.error ?? answer.body;
    expect({ status: answer.status, code: error?.code }).toEqual({ status, code });
    expect(error?.message).toMatch(/\w{3,}/);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await onRecord(world)).toEqual(before);
  });

  const segment = (path: string, body: unknown, code: string): Refused => ({
    path,
    body,
    headers: key(),
    status: 400,
    code,
  });
  const api = (path: string, headers: Record<string, string>, status: number, code: string): Refused => ({
    method: 'GET',
    path,
    headers,
    status,
    code,
  });
  const clock = (body: object, code: string): Refused => ({
    path: '/sandbox/clock',
    body,
    status: 400,
    code,
  });
  const webhook = (route: string, form: Record<string, string>): Refused => ({
    path: `/webhooks/twilio/${route}`,
    body: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 403,
    code: 'bad_signature',
  });
});
