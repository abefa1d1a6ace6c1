import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { parseWebhookUrl } from '../../sandbox/twilio/webhooks/connection-overrides';
import { eventually } from '../support/eventually';
import { accountSid, anna, ourNumber, type RunningSandbox, runSandbox, serviceSid } from './twilio-support';

let running: RunningSandbox;

beforeEach(async () => {
  running = await runSandbox();
});

afterEach(() => running.stop());

const send = (statusCallback: string, more: object = {}) =>
  running.client.messages.create({ to: anna, from: ourNumber, body: 'Hello', statusCallback, ...more });

const sendBy = (statusCallback: string) =>
  send(statusCallback, { from: undefined, messagingServiceSid: serviceSid });

const fault = (spec: object) => running.control('POST', '/sandbox/faults', spec);

describe('status callbacks', () => {
  it('tell each status but the first, in order', async () => {
    const own = await send(running.hooks.url('/status'));
    await running.sandbox.idle();
    expect(running.hooks.statuses(own.sid)).toEqual(['sent', 'delivered']);
    const service = await sendBy(running.hooks.url('/status'));
    await running.sandbox.idle();
    expect(running.hooks.statuses(service.sid)).toEqual(['queued', 'sent', 'delivered']);
  });

  it('are not sent where none are asked for', async () => {
    await running.client.messages.create({ to: anna, from: ourNumber, body: 'Hello' });
    await running.sandbox.idle();
    expect(running.hooks.received).toEqual([]);
  });

  it('carry the fields of Twilio, signed', async () => {
    const { sid } = await sendBy(running.hooks.url('/status?m=42'));
    await running.sandbox.idle();
    const delivered = running.hooks.received.at(-1);
    expect(delivered?.form).toEqual({
      AccountSid: accountSid,
      ApiVersion: '2010-04-01',
      From: ourNumber,
      MessageSid: sid,
      MessageStatus: 'delivered',
      MessagingServiceSid: serviceSid,
      RawDlrDoneDate: expect.stringMatching(/^\d{10}$/),
      SmsSid: sid,
      SmsStatus: 'delivered',
      To: anna,
    });
    expect(delivered?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    expect(delivered?.headers['i-twilio-idempotency-token']).toMatch(/^[0-9a-f-]{36}$/);
    expect(running.hooks.received.every(({ authentic }) => authentic)).toBe(true);
  });

  it.each([
    '/status?m=42#rc=5&rp=all',
    "/status?name=O'Neill&empty=",
    '/status?a=%20b+c&q=%C3%A1',
    '/Status/',
    '/status?m=1#',
  ])('are requested and signed exactly as %s says, without the fragment', async (path) => {
    await send(running.hooks.url(path));
    await running.sandbox.idle();
    expect(running.hooks.received).toHaveLength(2);
    for (const { url, authentic } of running.hooks.received) {
      expect({ url, authentic }).toEqual({ url: path.split('#')[0], authentic: true });
    }
  });

  it('tell why a message was not delivered, or failed', async () => {
    await fault({ fault: 'deliver_as', status: 'undelivered', errorCode: 30005 });
    const undelivered = await send(running.hooks.url('/status'));
    await running.sandbox.idle();
    expect(running.hooks.statuses(undelivered.sid)).toEqual(['sent', 'undelivered']);
    expect(running.hooks.received.at(-1)?.form).toMatchObject({
      ErrorCode: '30005',
      ErrorMessage: 'Unknown destination handset',
    });
    await fault({ fault: 'deliver_as', status: 'failed' });
    const failed = await send(running.hooks.url('/status'));
    await running.sandbox.idle();
    expect(running.hooks.statuses(failed.sid)).toEqual(['failed']);
    expect(await running.client.messages(failed.sid).fetch()).toMatchObject({
      status: 'failed',
      errorCode: 30008,
      dateSent: null,
    });
  });

  it('go on to read, or stop at sent, when told so', async () => {
    await fault({ fault: 'deliver_as', status: 'read' });
    await fault({ fault: 'deliver_as', status: 'sent', to: '+16465550101' });
    const read = await send(running.hooks.url('/status'));
    const sent = await send(running.hooks.url('/status'), { to: '+16465550101' });
    await running.sandbox.idle();
    expect(running.hooks.statuses(read.sid)).toEqual(['sent', 'delivered', 'read']);
    expect(running.hooks.statuses(sent.sid)).toEqual(['sent']);
  });
});

describe('a callback that is not taken', () => {
  it('is dropped after a 500 or a redirect by default', async () => {
    running.hooks.answer = (_webhook, response, attempt) =>
      attempt === 1
        ? response.writeHead(500).end()
        : response.writeHead(302, { location: '/elsewhere' }).end();
    const { sid } = await send(running.hooks.url('/status'));
    await running.sandbox.idle();
    expect(running.hooks.statuses(sid)).toEqual(['sent', 'delivered']);
  });

  it('is retried as often as the URL says, with the same token', async () => {
    running.hooks.answer = (_webhook, response, attempt) =>
      response.writeHead(attempt <= 3 ? 503 : 204).end();
    const { sid } = await send(running.hooks.url('/status#rc=5&rp=all'));
    await running.sandbox.idle();
    expect(running.hooks.statuses(sid)).toEqual(['sent', 'sent', 'sent', 'sent', 'delivered']);
    const tokens = running.hooks.received.map(({ headers }) => headers['i-twilio-idempotency-token']);
    expect(new Set(tokens.slice(0, 4)).size).toBe(1);
    expect(tokens[4]).not.toBe(tokens[0]);
  });

  it('is given up after the retries', async () => {
    running.hooks.answer = (_webhook, response) => response.writeHead(404).end();
    const { sid } = await send(running.hooks.url('/status#rc=2&rp=4xx,5xx'));
    await running.sandbox.idle();
    expect(running.hooks.statuses(sid)).toEqual([
      'sent',
      'sent',
      'sent',
      'delivered',
      'delivered',
      'delivered',
    ]);
  });

  it('is retried once when nobody listens', async () => {
    const { port } = running.hooks;
    await running.hooks.close();
    const { sid } = await send(`http://127.0.0.1:${port}/status`);
    await running.sandbox.idle();
    expect(running.hooks.statuses(sid)).toEqual([]);
    expect((await running.client.messages(sid).fetch()).status).toBe('delivered');
  });

  it('is waited for as long as the read timeout says', async () => {
    running.hooks.answer = (_webhook, response, attempt) => {
      if (attempt > 2) response.writeHead(204).end();
    };
    const startedAt = Date.now();
    const { sid } = await send(running.hooks.url('/status#rt=100&rc=1&rp=rt'));
    await running.sandbox.idle();
    expect(running.hooks.statuses(sid)).toEqual(['sent', 'sent', 'delivered']);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(200);
  });

  it('takes no longer than the total time', async () => {
    running.hooks.answer = () => {};
    const startedAt = Date.now();
    const { sid } = await send(running.hooks.url('/status#rt=300&tt=400&rc=5&rp=all'));
    await running.sandbox.idle();
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(800);
    // The second attempt is cut off by it, and four more are not begun: however slow the machine is.
    for (const status of ['sent', 'delivered']) {
      const attempts = running.hooks.statuses(sid).filter((one) => one === status).length;
      expect([1, 2]).toContain(attempts);
    }
  });
});

describe('faults of callbacks', () => {
  it('duplicate each', async () => {
    await fault({ fault: 'callbacks_duplicated' });
    const { sid } = await sendBy(running.hooks.url('/status'));
    await running.sandbox.idle();
    expect(running.hooks.statuses(sid)).toEqual([
      'queued',
      'queued',
      'sent',
      'sent',
      'delivered',
      'delivered',
    ]);
  });

  it('turn their order around', async () => {
    await fault({ fault: 'callbacks_reordered' });
    const { sid } = await sendBy(running.hooks.url('/status'));
    await running.sandbox.idle();
    expect(running.hooks.statuses(sid)).toEqual(['delivered', 'sent', 'queued']);
  });

  it('drop all', async () => {
    await fault({ fault: 'callbacks_dropped' });
    const { sid } = await sendBy(running.hooks.url('/status'));
    await running.sandbox.idle();
    expect(running.hooks.statuses(sid)).toEqual([]);
    expect((await running.client.messages(sid).fetch()).status).toBe('delivered');
  });

  it('hold them back, without anybody waiting for it', async () => {
    await fault({ fault: 'callbacks_late', delayMs: 3_000 });
    const startedAt = Date.now();
    const { sid } = await sendBy(running.hooks.url('/status'));
    await running.sandbox.idle();
    expect(running.hooks.statuses(sid)).toEqual([]);
    await eventually(() => running.hooks.statuses(sid).length === 3);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(3_000);
    expect(running.hooks.statuses(sid)).toEqual(['queued', 'sent', 'delivered']);
  });

  it('add up', async () => {
    await fault({ fault: 'callbacks_duplicated' });
    await fault({ fault: 'callbacks_reordered' });
    await fault({ fault: 'deliver_as', status: 'undelivered', errorCode: 30003 });
    const { sid } = await send(running.hooks.url('/status'));
    await running.sandbox.idle();
    expect(running.hooks.statuses(sid)).toEqual(['undelivered', 'undelivered', 'sent', 'sent']);
  });
});

describe('the pace of a sender', () => {
  it('sends part after part, fails what expires in the queue, and refuses when the queue is full', async () => {
    const slow = await runSandbox({ delivery: { segmentsPerSecond: 4, queueSeconds: 2.1 } });
    const sendSlowly = (more: object = {}) =>
      slow.client.messages.create({ to: anna, from: ourNumber, body: 'Hello', ...more });
    const long = await sendSlowly({ body: 'a'.repeat(8 * 153) });
    const expiring = await sendSlowly({ validityPeriod: 1 });
    const last = await sendSlowly({ body: 'a'.repeat(4 * 153) });
    await expect(sendSlowly()).rejects.toMatchObject({ status: 400, code: 21611 });
    await slow.sandbox.idle();
    const read = (sid: string) => slow.client.messages(sid).fetch();
    expect(await read(long.sid)).toMatchObject({ status: 'delivered', errorCode: null });
    expect(await read(expiring.sid)).toMatchObject({ status: 'failed', errorCode: 30036 });
    expect((await read(last.sid)).dateSent?.getTime()).toBeGreaterThan(last.dateCreated.getTime());
    await slow.stop();
  });
});

describe('the signature', () => {
  it('is the one of the known vector', () => {
    const form = {
      CallSid: 'CA1234567890ABCDE',
      Caller: '+14158675309',
      Digits: '1234',
      From: '+14158675309',
      To: '+18005551212',
    };
    const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
    expect(getExpectedTwilioSignature('12345', url, form)).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=');
  });

  it('covers texts of any alphabet and empty fields', async () => {
    const { body } = await running.control('POST', '/sandbox/inbound', { from: anna, body: ' não “já” 🎉 ' });
    expect(body).toMatchObject({ status: 'received', webhook: { ok: true } });
    expect(running.hooks.received[0]).toMatchObject({ authentic: true, form: { Body: ' não “já” 🎉 ' } });
  });
});

describe('connection overrides', () => {
  it('default to one retry when the connection fails', () => {
    expect(parseWebhookUrl('http://a/b?c=1')).toEqual({
      url: 'http://a/b?c=1',
      overrides: { connectMs: 5_000, readMs: 15_000, totalMs: 15_000, retries: 1, retryOn: new Set(['ct']) },
    });
  });

  it('are read from the fragment, those out of range or unknown passed over', () => {
    const { url, overrides } = parseWebhookUrl('http://a/b#ct=100&rt=15000&tt=99&rc=6&rp=5xx,ct,x&e=ashburn');
    expect(url).toBe('http://a/b');
    expect(overrides).toEqual({
      connectMs: 100,
      readMs: 15_000,
      totalMs: 15_000,
      retries: 1,
      retryOn: new Set(['5xx', 'ct']),
    });
    expect(parseWebhookUrl('http://a#rc=0&rp=all').overrides).toMatchObject({
      retries: 0,
      retryOn: new Set(['4xx', '5xx', 'ct', 'rt']),
    });
  });
});
