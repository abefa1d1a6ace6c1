import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type MessagingProvider, ProviderUnavailable } from '../../activities/provider/provider';
import { retryAfterMs } from '../../activities/provider/retry-after';
import { openTwilio, type TwilioSender } from '../../activities/provider/twilio';
import { accountSid, authToken } from './world';

/** A server that answers as a test says, and counts its connections. */
class Api {
  readonly requests: { url: string; body: URLSearchParams }[] = [];
  answer: (response: http.ServerResponse) => void = created;
  connections = 0;
  readonly #server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      this.requests.push({ url: request.url ?? '', body: new URLSearchParams(body) });
      this.answer(response);
    });
  });

  async listen(): Promise<string> {
    this.#server.on('connection', () => {
      this.connections += 1;
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const json =
  (status: number, body: object, headers = {}) =>
  (response: http.ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
const created = json(201, { sid: `SM${'a'.repeat(32)}`, status: 'queued' });

const message = {
  to: '+12125550142',
  body: 'Olá & até',
  statusCallback: 'https://x.example/s?m=1#rc=5&rp=all',
};

let api: Api;
let url: string;
let provider: MessagingProvider;

async function open(sender: TwilioSender, apiUrl = url): Promise<MessagingProvider> {
  return openTwilio({ accountSid, authToken, sender, apiUrl, timeoutMs: 1_000 });
}

beforeEach(async () => {
  api = new Api();
  url = await api.listen();
  provider = await open({ kind: 'number', from: '+12025550100' });
});
afterEach(async () => {
  provider.close();
  await api.close();
});

describe('a create', () => {
  it('posts the message with its callback, fragment included, from the number or the service', async () => {
    expect(await provider.create(message)).toEqual({ kind: 'accepted', providerSid: `SM${'a'.repeat(32)}` });
    const service = await open({ kind: 'messaging-service', sid: 'MG1' }, `${url}/`);
    await service.create(message);
    service.close();
    const common = { To: message.to, Body: message.body, StatusCallback: message.statusCallback };
    expect(api.requests.map(({ body }) => Object.fromEntries(body))).toEqual([
      { ...common, From: '+12025550100' },
      { ...common, MessagingServiceSid: 'MG1' },
    ]);
    expect(api.requests[1]?.url).toBe(`/2010-04-01/Accounts/${accountSid}/Messages.json`);
  });

  it('keeps its connection for the next one', async () => {
    for (let n = 0; n < 5; n++) await provider.create(message);
    expect(api.connections).toBe(1);
  });

  it('is posted once, whatever the answer', async () => {
    for (const status of [400, 401, 429, 500, 503]) {
      api.answer = json(status, {});
      await provider.create(message);
    }
    expect(api.requests).toHaveLength(5);
  });

  it.each<[string, (response: http.ServerResponse) => void, object]>([
    [
      '429 with Retry-After',
      json(429, { code: 20429 }, { 'retry-after': '7' }),
      { kind: 'retry', code: '20429', pace: 'soon', afterMs: 7_000 },
    ],
    ['429 with nothing', json(429, {}), { kind: 'retry', pace: 'soon', afterMs: undefined }],
    ['21611', json(400, { code: 21611 }), { kind: 'retry', code: '21611', pace: 'later' }],
    ['21211', json(400, { code: 21211 }), { kind: 'refused', code: '21211', cause: 'unreachable' }],
    ['21610', json(400, { code: 21610 }), { kind: 'refused', code: '21610', cause: 'stopped' }],
    ['401', json(401, { code: 20003 }), { kind: 'refused', code: '20003', cause: 'configuration' }],
    [
      '403 without a code',
      (r) => r.writeHead(403).end('<html>'),
      { kind: 'refused', code: 'http_403', cause: 'configuration' },
    ],
    ['500', json(500, { code: 20500 }), { kind: 'ambiguous', code: '20500' }],
    ['503 as a page', (r) => r.writeHead(503).end('<html>'), { kind: 'ambiguous', code: 'http_503' }],
    [
      'a redirect',
      (r) => r.writeHead(302, { location: 'http://x.example/' }).end(),
      { kind: 'ambiguous', code: 'http_302' },
    ],
    [
      '201 with garbage',
      (r) => r.writeHead(201).end('{"sid": "SM'),
      { kind: 'ambiguous', code: 'unreadable_answer' },
    ],
    ['201 without a sid', json(201, {}), { kind: 'ambiguous', code: 'no_sid' }],
    ['a reset', (r) => r.destroy(), { kind: 'ambiguous', code: 'ECONNRESET' }],
    ['silence', () => {}, { kind: 'ambiguous', code: 'ECONNABORTED' }],
  ])('answered by %s', async (_, answer, result) => {
    api.answer = answer;
    expect(await provider.create(message)).toMatchObject(result);
  });

  it('may be repeated when nobody was there to take it', async () => {
    await api.close();
    expect(await provider.create(message)).toEqual({ kind: 'retry', code: 'ECONNREFUSED', pace: 'soon' });
    api = new Api();
  });
});

describe('the list of messages to a number', () => {
  it('is read to its last page', async () => {
    const page = (sids: string[], next: string | null) => ({
      messages: sids.map((sid) => ({
        sid,
        to: message.to,
        body: 'x',
        status: 'failed',
        error_code: 30003,
        date_created: 'Thu, 24 Aug 2023 05:01:45 +0000',
      })),
      next_page_uri: next,
    });
    const path = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
    const pages = [page(['SM1', 'SM2'], `${path}?Page=1`), page(['SM3'], null)];
    api.answer = (response) => json(200, pages[api.requests.length - 1] ?? {})(response);
    const list = await provider.listTo(message.to);
    expect(list.map(({ providerSid }) => providerSid)).toEqual(['SM1', 'SM2', 'SM3']);
    expect(list[0]).toEqual({
      providerSid: 'SM1',
      to: message.to,
      body: 'x',
      status: 'failed',
      errorCode: '30003',
      createdAt: new Date('2023-08-24T05:01:45Z'),
    });
    expect(api.requests[0]?.url).toContain(`To=${encodeURIComponent(message.to)}`);
  });

  it.each<[string, (response: http.ServerResponse) => void]>([
    ['an error', json(500, { code: 20500, message: `no such number ${message.to}` })],
    ['throttling', json(429, {})],
    ['garbage', (r) => r.writeHead(200).end('<html>')],
    ['a reset', (r) => r.destroy()],
  ])('answered by %s cannot be told, and the error names no number', async (_, answer) => {
    api.answer = answer;
    const failure = await provider.listTo(message.to).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProviderUnavailable);
    expect(JSON.stringify(failure) + String(failure) + (failure as Error).stack).not.toContain('2125550142');
    expect((failure as Error).cause).toBeUndefined();
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2027-02-02T15:00:00Z');
  it.each<[unknown, number | undefined]>([
    ['7', 7_000],
    ['0.5', 500],
    ['Tue, 02 Feb 2027 15:00:09 GMT', 9_000],
    ['Tue, 02 Feb 2027 14:00:00 GMT', 0],
    ['86400', 3_600_000],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%p is %p ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});
