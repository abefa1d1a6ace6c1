import http from 'node:http';
import fastify from 'fastify';
import { LiveFeed } from '../../sandbox/twilio/control/live-feed';
import { isLocal } from '../../sandbox/twilio/control/loopback';
import { VirtualClock } from '../../sandbox/twilio/delivery/virtual-clock';
import { SandboxState } from '../../sandbox/twilio/messages/state';
import { eventually } from '../support/eventually';
import {
  anna,
  bob,
  type ControlAnswer,
  ourNumber,
  type RunningSandbox,
  runSandbox,
  serviceSid,
} from './twilio-support';

let running: RunningSandbox;

beforeEach(async () => {
  running = await runSandbox({ now: () => new Date('2027-02-02T15:00:00Z') });
});

afterEach(() => running.stop());

const create = (body: string, more: object = {}) =>
  running.client.messages.create({ to: anna, from: ourNumber, body, ...more });
const receive = (body: string, from = anna) => running.control('POST', '/sandbox/inbound', { from, body });
const bodies = (answer: ControlAnswer) => answer.body.items.map(({ body }) => body);

describe('GET /sandbox/messages', () => {
  it('shows each message in virtual and wall-clock time', async () => {
    const statusCallback = running.hooks.url('/status?m=1#rc=5&rp=all');
    const { sid } = await create('Hello', { statusCallback });
    await running.sandbox.idle();
    const { body } = await running.control('GET', '/sandbox/messages');
    expect(body).toEqual({
      items: [
        {
          sid,
          direction: 'outbound',
          from: ourNumber,
          to: anna,
          body: 'Hello',
          status: 'delivered',
          segments: 1,
          at: '2027-02-02T15:00:00.000Z',
          createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
          statusCallback: running.hooks.url('/status?m=1'),
        },
      ],
    });
    expect(Math.abs(Date.parse(body.items[0]?.createdAt ?? '') - Date.now())).toBeLessThan(60_000);
  });

  it('shows the error of a message that did not arrive', async () => {
    await running.control('POST', '/sandbox/faults', {
      fault: 'deliver_as',
      status: 'undelivered',
      errorCode: 30005,
    });
    await create('Hello');
    await running.sandbox.idle();
    const { body } = await running.control('GET', '/sandbox/messages');
    expect(body.items[0]).toMatchObject({ status: 'undelivered', errorCode: 30005 });
  });

  it('filters by both ends and by direction, oldest first', async () => {
    await create('one');
    await create('two', { to: bob });
    await receive('three');
    const get = (query: string) => running.control('GET', `/sandbox/messages?${query}`);
    const phone = encodeURIComponent(anna);
    expect(bodies(await get(''))).toEqual(['one', 'two', 'three']);
    expect(bodies(await get(`to=${phone}`))).toEqual(['one']);
    // A plus that was not escaped.
    expect(bodies(await get(`to=${anna}`))).toEqual(['one']);
    expect(bodies(await get(`from=${phone}`))).toEqual(['three']);
    expect(bodies(await get('direction=inbound'))).toEqual(['three']);
    expect(bodies(await get(`direction=outbound&from=${encodeURIComponent(ourNumber)}`))).toEqual([
      'one',
      'two',
    ]);
  });

  it('pages by cursor and says nothing at the end', async () => {
    for (let n = 1; n <= 5; n++) await create(String(n));
    const seen: string[] = [];
    let after = '0';
    for (;;) {
      const page = await running.control('GET', `/sandbox/messages?limit=2&after=${after}`);
      seen.push(...bodies(page));
      if (page.body.next === undefined) break;
      after = page.body.next;
    }
    expect(seen).toEqual(['1', '2', '3', '4', '5']);
    const exact = await running.control('GET', '/sandbox/messages?limit=5');
    expect(Object.keys(exact.body)).toEqual(['items']);
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'after=abc', 'direction=up', 'form=+1'])(
    'refuses %s with what was expected',
    async (query) => {
      const { status, body } = await running.control('GET', `/sandbox/messages?${query}`);
      expect(status).toBe(400);
      expect(body.error).toMatchObject({ code: 'invalid_request', message: expect.any(String) });
      expect(body.error.details).toHaveLength(1);
    },
  );
});

describe('the phones', () => {
  it('are listed by last activity with their last message, and found by number or text', async () => {
    await create('Your code is 4711');
    await create('Good morning', { to: bob });
    await receive('STOP');
    await running.sandbox.idle();
    const phones = async (query = '') =>
      (await running.control('GET', `/sandbox/phones?${query}`)).body.items.map(({ phone }) => phone);
    expect(await phones()).toEqual([anna, bob]);
    expect(await phones('search=4711')).toEqual([anna]);
    expect(await phones('search=MORNING')).toEqual([bob]);
    expect(await phones(`search=${encodeURIComponent('(646) 555')}`)).toEqual([bob]);
    expect(await phones('search=nothing')).toEqual([]);
    const { body } = await running.control('GET', '/sandbox/phones?limit=1');
    expect(body).toMatchObject({ total: 2, items: [{ phone: anna, count: 3, optedOut: true }] });
  });

  it('show their newest messages, and the earlier ones by cursor', async () => {
    for (let n = 1; n <= 5; n++) await create(String(n));
    const path = `/sandbox/phones/${encodeURIComponent(anna)}/messages?limit=2`;
    const newest = await running.control('GET', path);
    expect(bodies(newest)).toEqual(['4', '5']);
    const earlier = await running.control('GET', `${path}&before=${newest.body.previous}`);
    expect(bodies(earlier)).toEqual(['2', '3']);
    const first = await running.control('GET', `${path}&before=${earlier.body.previous}`);
    expect(bodies(first)).toEqual(['1']);
    expect(first.body.previous).toBeUndefined();
  });
});

describe('who may ask', () => {
  const get = (headers: http.OutgoingHttpHeaders) =>
    new Promise<number>((resolve, reject) => {
      http
        .get(`${running.url}/sandbox/messages`, { headers }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
        .on('error', reject);
    });

  it('is a program on this machine that names this machine', async () => {
    const port = new URL(running.url).port;
    expect(await get({})).toBe(200);
    expect(await get({ host: `localhost:${port}` })).toBe(200);
    expect(await get({ host: `[::1]:${port}` })).toBe(200);
    expect(await get({ host: 'jornada.example.com' })).toBe(403);
    expect(await get({ host: 'localhost@example.com' })).toBe(403);
    expect(await get({ host: 'localhost.example.com' })).toBe(403);
    expect(await get({ origin: 'https://example.com' })).toBe(403);
    expect(await get({ origin: 'null' })).toBe(403);
    expect(await get({ origin: `http://localhost:${port}` })).toBe(200);
  });

  it.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['192.0.2.7', false],
    ['::ffff:192.0.2.7', false],
    ['2001:db8::1', false],
    [undefined, false],
  ])('from the address %s: %s', (address, expected) => {
    expect(isLocal({ address, host: 'localhost:3000', origin: undefined })).toBe(expected);
  });

  it('has to send JSON, whatever it calls it', async () => {
    const plain = await fetch(`${running.url}/sandbox/inbound`, {
      method: 'POST',
      body: JSON.stringify({ from: '+12125550142', body: 'hello' }),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(plain.status).toBe(200);
    const form = await fetch(`${running.url}/sandbox/inbound`, { method: 'POST', body: 'from=x' });
    expect(form.status).toBe(400);
    const broken = await fetch(`${running.url}/sandbox/inbound`, {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ error: { code: 'invalid_request' } });
  });
});

describe('the page', () => {
  it('comes with everything it refers to, from here only', async () => {
    const page = await fetch(`${running.url}/sandbox`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const html = await page.text();
    const pending = referencesIn(html);
    const seen = new Set<string>();
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const file = await fetch(`${running.url}${path}`);
      expect({ path, status: file.status }).toEqual({ path, status: 200 });
      if (path.endsWith('.js')) pending.push(...importsIn(await file.text()));
    }
    expect(seen.size).toBeGreaterThan(8);
    expect(html).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|\sstyle=/);
  });

  it('is not sent twice to who has it', async () => {
    const first = await fetch(`${running.url}/sandbox`);
    const etag = first.headers.get('etag') ?? '';
    const second = await fetch(`${running.url}/sandbox`, { headers: { 'if-none-match': etag } });
    expect(second.status).toBe(304);
  });
});

describe('the live stream', () => {
  interface LiveEvent {
    readonly messages: readonly { sid: string; status: string; person: string; body: string }[];
    readonly removed: readonly { sid: string }[];
    readonly faults?: boolean;
  }

  const listen = async (url = `${running.url}/sandbox/live`) => {
    const events: LiveEvent[] = [];
    const abort = new AbortController();
    const response = await fetch(url, { signal: abort.signal });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const reading = (async () => {
      let text = '';
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += Buffer.from(chunk).toString('utf8');
        const parts = text.split('\n\n');
        text = parts.pop() ?? '';
        for (const part of parts) if (part.startsWith('data: ')) events.push(JSON.parse(part.slice(6)));
      }
    })().catch(() => undefined);
    return { events, end: () => abort.abort(), reading };
  };

  it('tells of messages as they come and change, under the phone that shows them', async () => {
    const { events, end, reading } = await listen();
    const { sid } = await create('Hello', { from: undefined, messagingServiceSid: serviceSid });
    await receive('Oi', bob);
    const messages = () => events.flatMap((event) => event.messages);
    await eventually(() =>
      messages().some((message) => message.sid === sid && message.status === 'delivered'),
    );
    await eventually(() => messages().some((message) => message.person === bob && message.body === 'Oi'));
    await running.client.messages(sid).remove();
    await eventually(() => events.some((event) => event.removed.some((gone) => gone.sid === sid)));
    await running.control('POST', '/sandbox/faults', { fault: 'error_500' });
    await eventually(() => events.some((event) => event.faults));
    end();
    await reading;
  });

  it('makes one event of a burst, and of one too large a fresh start', async () => {
    const state = SandboxState.open({ journal: undefined, keep: 10 });
    const feed = new LiveFeed(state);
    const app = fastify();
    app.get('/live', (_request, reply) => {
      feed.add(reply);
      return reply;
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const { events, reading } = await listen(`${url}/live`);
    const burst = (size: number) =>
      state.record(...Array.from({ length: size }, () => ({ type: 'faults-cleared' }) as const));
    await burst(500);
    await eventually(() => events.length === 1);
    await burst(501);
    await eventually(() => events.length === 2);
    expect(events).toEqual([{ messages: [], removed: [], faults: true }, { resync: true }]);
    feed.close();
    await reading;
    await app.close();
  });

  it('ends when the server closes', async () => {
    const { reading } = await listen();
    await running.app.close();
    await expect(reading).resolves.toBeUndefined();
  });
});

describe('the virtual time of a message', () => {
  it('is read anew for whoever asks after a reading began', async () => {
    let now = Date.parse('2027-01-01T00:00:00Z');
    let readings = 0;
    const answers: (() => void)[] = [];
    const clock = new VirtualClock(() => {
      readings++;
      const seen = new Date(now);
      return new Promise((resolve) => answers.push(() => resolve(seen)));
    });
    const first = clock.stamp();
    await eventually(() => answers.length === 1);
    now += 86_400_000;
    const later = [clock.stamp(), clock.stamp()];
    answers.shift()?.();
    expect(await first).toBe('2027-01-01T00:00:00.000Z');
    await eventually(() => answers.length === 1);
    answers.shift()?.();
    expect(await Promise.all(later)).toEqual(['2027-01-02T00:00:00.000Z', '2027-01-02T00:00:00.000Z']);
    expect(readings).toBe(2);
  });

  it('goes on from the last offset while the clock cannot be read', async () => {
    let away = false;
    const clock = new VirtualClock(() => {
      if (away) throw new Error('away');
      return new Date(Date.now() + 86_400_000);
    });
    await clock.stamp();
    away = true;
    const ahead = Date.parse(await clock.stamp()) - Date.now();
    expect(Math.abs(ahead - 86_400_000)).toBeLessThan(1_000);
  });
});

function referencesIn(html: string): string[] {
  return Array.from(html.matchAll(/(?:src|href)="(\/[^"]+)"/g), (match) => match[1] ?? '');
}

function importsIn(script: string): string[] {
  return Array.from(script.matchAll(/from '\.\/([^']+)'/g), (match) => `/sandbox/page/${match[1]}`);
}
