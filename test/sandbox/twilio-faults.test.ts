import fc from 'fast-check';
import { faultSpec } from '../../sandbox/twilio/faults/fault';
import { Faults } from '../../sandbox/twilio/faults/faults';
import { eventually } from '../support/eventually';
import {
  anna,
  bob,
  clientOf,
  failureOf,
  ourNumber,
  type RunningSandbox,
  rawCall,
  runSandbox,
} from './twilio-support';

let running: RunningSandbox;

beforeEach(async () => {
  running = await runSandbox();
});

afterEach(() => running.stop());

const fault = (spec: object) => running.control('POST', '/sandbox/faults', spec);
const create = (to = anna, client = running.client) =>
  client.messages.create({ to, from: ourNumber, body: 'Hello' });
const held = async (to = anna) => (await running.client.messages.list({ to })).length;

describe('a fault of the create call', () => {
  it('rate_limited answers 429 with Retry-After and processes nothing', async () => {
    await fault({ fault: 'rate_limited', retryAfter: 7 });
    const response = await rawCall(running.url, '/Messages.json', {
      method: 'POST',
      body: new URLSearchParams({ To: anna, From: ourNumber, Body: 'Hello' }),
    });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toMatchObject({ code: 20429, status: 429 });
    expect(await held()).toBe(0);
    await create();
    expect(await held()).toBe(1);
  });

  it('error_500 answers with an error of Twilio, and the message was taken only if asked', async () => {
    await fault({ fault: 'error_500' });
    await fault({ fault: 'error_500', accepted: true });
    expect(await failureOf(create())).toMatchObject({ status: 500, code: 20500 });
    expect(await held()).toBe(0);
    expect(await failureOf(create())).toMatchObject({ status: 500, code: 20500 });
    expect(await held()).toBe(1);
  });

  it('error_503_html answers with a page that has no code', async () => {
    await fault({ fault: 'error_503_html' });
    const failure = await failureOf(create());
    expect(failure.status).toBe(503);
    expect(failure.code).toBeUndefined();
    expect(await held()).toBe(0);
  });

  it('accept_then_hang takes the message and keeps silent', async () => {
    await fault({ fault: 'accept_then_hang' });
    const impatient = clientOf(running.url, { timeout: 1_000 });
    expect(await failureOf(create(anna, impatient))).toMatchObject({ code: 'ECONNABORTED' });
    expect(await held()).toBe(1);
    await running.sandbox.idle();
    const [message] = await running.client.messages.list({ to: anna });
    expect(message?.status).toBe('delivered');
  });

  it('accept_then_reset takes the message and cuts the connection', async () => {
    await fault({ fault: 'accept_then_reset' });
    expect(await failureOf(create())).toMatchObject({ code: 'ECONNRESET' });
    expect(await held()).toBe(1);
  });

  it('accept_then_garbage takes the message and answers 201 with what is no JSON', async () => {
    await fault({ fault: 'accept_then_garbage' });
    expect(await failureOf(create())).toBeInstanceOf(SyntaxError);
    expect(await held()).toBe(1);
  });

  it('reset_before_accept and hang_before_accept take nothing', async () => {
    await fault({ fault: 'reset_before_accept' });
    await fault({ fault: 'hang_before_accept' });
    expect(await failureOf(create())).toMatchObject({ code: 'ECONNRESET' });
    const impatient = clientOf(running.url, { timeout: 1_000 });
    expect(await failureOf(create(anna, impatient))).toMatchObject({ code: 'ECONNABORTED' });
    expect(await held()).toBe(0);
  });

  it.each([
    [21610, 400],
    [21611, 400],
    [20003, 401],
    [20503, 503],
    [63017, 400],
  ])('refuse answers with code %s and status %s', async (code, status) => {
    await fault({ fault: 'refuse', code });
    expect(await failureOf(create())).toMatchObject({ code, status });
    expect(await held()).toBe(0);
  });

  it('is spared by a call that is refused anyway', async () => {
    await fault({ fault: 'accept_then_garbage' });
    expect(await failureOf(create('not-a-phone'))).toMatchObject({ code: 21211 });
    expect((await running.control('GET', '/sandbox/faults')).body.items[0]).toMatchObject({
      fired: 0,
      remaining: 1,
    });
  });

  it('can concern fetches and lists instead', async () => {
    await create();
    await fault({ fault: 'error_500', on: 'read', times: 2 });
    expect((await create()).status).toBe('queued');
    expect(await failureOf(running.client.messages.list({ to: anna }))).toMatchObject({ status: 500 });
    expect(await failureOf(running.client.messages.list({ to: anna }))).toMatchObject({ status: 500 });
    expect(await held()).toBe(2);
  });

  it('leaves no request that would hold up a close', async () => {
    await fault({ fault: 'hang_before_accept' });
    const pending = failureOf(create());
    await eventually(
      async () => (await running.control('GET', '/sandbox/faults')).body.items[0]?.fired === 1,
    );
    const other = runSandbox();
    await running.app.close();
    expect(await pending).toMatchObject({ code: 'ECONNRESET' });
    await running.stop();
    running = await other;
  });
});

describe('how often a fault happens', () => {
  it('is once unless told', async () => {
    await fault({ fault: 'refuse', code: 21610 });
    expect(await failureOf(create())).toMatchObject({ code: 21610 });
    expect((await create()).status).toBe('queued');
  });

  it('is as often as told, one fault after the other, each counted', async () => {
    await fault({ fault: 'refuse', code: 21610, times: 2 });
    await fault({ fault: 'refuse', code: 21611, times: 'always' });
    const codes: unknown[] = [];
    for (let n = 0; n < 4; n++) codes.push((await failureOf(create())).code);
    expect(codes).toEqual([21610, 21610, 21611, 21611]);
    const { body } = await running.control('GET', '/sandbox/faults');
    expect(body.items).toEqual([
      {
        id: expect.any(String),
        fault: 'refuse',
        code: 21610,
        times: 2,
        probability: 1,
        seed: 1,
        fired: 2,
        remaining: 0,
      },
      expect.objectContaining({ code: 21611, fired: 2, remaining: 'always' }),
    ]);
  });

  it('is only for the recipient it names', async () => {
    await fault({ fault: 'refuse', code: 21610, to: anna, times: 'always' });
    expect((await create(bob)).status).toBe('queued');
    expect(await failureOf(create(anna))).toMatchObject({ code: 21610 });
  });

  it('ends when it is cleared, one or all', async () => {
    const first = await fault({ fault: 'refuse', code: 21610, times: 'always' });
    await fault({ fault: 'refuse', code: 21611, times: 'always' });
    expect((await running.control('DELETE', `/sandbox/faults/${first.body.id}`)).status).toBe(204);
    expect((await running.control('DELETE', `/sandbox/faults/${first.body.id}`)).status).toBe(404);
    expect(await failureOf(create())).toMatchObject({ code: 21611 });
    expect((await running.control('DELETE', '/sandbox/faults')).status).toBe(204);
    expect((await create()).status).toBe('queued');
    expect((await running.control('GET', '/sandbox/faults')).body).toEqual({ items: [] });
  });

  it('follows its probability, the same way for the same seed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.05, max: 0.95, noNaN: true }), (seed, probability) => {
        const first = outcomes(seed, probability);
        expect(outcomes(seed, probability)).toEqual(first);
        const share = first.filter(Boolean).length / first.length;
        expect(Math.abs(share - probability)).toBeLessThan(0.12);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a fault that is not understood', () => {
  it.each([
    [{ fault: 'explode' }, 'fault'],
    [{ fault: 'refuse' }, 'code'],
    [{ fault: 'callbacks_late', delayMs: 0 }, 'delayMs'],
    [{ fault: 'error_500', times: 0 }, 'times'],
    [{ fault: 'error_500', probability: 0 }, 'probability'],
    [{ fault: 'error_500', to: 'someone' }, 'to'],
    [{ fault: 'error_500', tiems: 2 }, ''],
  ])('%j is a 400 that says where', async (spec, path) => {
    const { status, body } = await fault(spec);
    expect(status).toBe(400);
    expect(body.error.code).toBe('invalid_request');
    expect(body.error.details.map(({ path }) => path)).toContain(path);
  });
});

function outcomes(seed: number, probability: number): boolean[] {
  const faults = new Faults();
  const spec = faultSpec.parse({ fault: 'error_500', times: 'always', probability, seed });
  faults.put({ id: 'f', spec, asked: 0, fired: 0 });
  return Array.from({ length: 400 }, () => {
    const [drawn] = faults.forRequest({ on: 'create', to: anna });
    if (!drawn) throw new Error('the fault was not asked');
    faults.count('f', drawn.counts);
    return drawn.fires;
  });
}
