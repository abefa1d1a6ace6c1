import { keywordOf } from '../../sandbox/twilio/inbound/keywords';
import { readReplies } from '../../sandbox/twilio/inbound/twiml';
import {
  accountSid,
  anna,
  bob,
  failureOf,
  ourNumber,
  type RunningSandbox,
  runSandbox,
  serviceSid,
} from './twilio-support';

let running: RunningSandbox;

beforeEach(async () => {
  running = await runSandbox();
});

afterEach(() => running.stop());

const receive = (body: string, more: object = {}) =>
  running.control('POST', '/sandbox/inbound', { from: anna, body, ...more });
const create = (more: object = {}) =>
  running.client.messages.create({ to: anna, from: ourNumber, body: 'Hello', ...more });
const createByService = (more: object = {}) =>
  create({ from: undefined, messagingServiceSid: serviceSid, ...more });
const conversation = async (phone = anna) => {
  await running.sandbox.idle();
  const { body } = await running.control('GET', `/sandbox/phones/${encodeURIComponent(phone)}/messages`);
  return body.items.map((item) => `${item.direction}: ${item.body}`);
};
const answerWith = (type: string, body: string) => {
  running.hooks.answer = (_webhook, response) => response.writeHead(200, { 'content-type': type }).end(body);
};

describe('an inbound text', () => {
  it('is stored and posted, signed, with the fields of Twilio', async () => {
    const { status, body } = await receive('Oi, tudo bem?');
    expect(status).toBe(200);
    expect(body).toEqual({
      sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      status: 'received',
      webhook: { ok: true, httpStatus: 204 },
    });
    expect(running.hooks.received).toHaveLength(1);
    expect(running.hooks.received[0]).toMatchObject({ url: '/inbound?x=1', authentic: true });
    expect(running.hooks.received[0]?.form).toEqual({
      AccountSid: accountSid,
      ApiVersion: '2010-04-01',
      Body: 'Oi, tudo bem?',
      From: anna,
      FromCity: '',
      FromCountry: 'US',
      FromState: '',
      FromZip: '',
      MessageSid: body.sid,
      NumMedia: '0',
      NumSegments: '1',
      SmsMessageSid: body.sid,
      SmsSid: body.sid,
      SmsStatus: 'received',
      To: ourNumber,
      ToCity: '',
      ToCountry: 'US',
      ToState: '',
      ToZip: '',
    });
    expect(await running.client.messages(body.sid).fetch()).toMatchObject({
      direction: 'inbound',
      from: anna,
      to: ourNumber,
      status: 'received',
    });
    expect(await running.client.messages.list({ from: anna })).toHaveLength(1);
  });

  it('comes to the number this person last heard from, under its messaging service', async () => {
    const two = await runSandbox({ numbers: [ourNumber, '+12025550111'] });
    await two.client.messages.create({ to: anna, messagingServiceSid: serviceSid, body: 'a' });
    await two.sandbox.idle();
    const [sent] = await two.client.messages.list({ to: anna });
    await two.control('POST', '/sandbox/inbound', { from: anna, body: 'b' });
    expect(two.hooks.received[0]?.form).toMatchObject({ To: sent?.from, MessagingServiceSid: serviceSid });
    await two.control('POST', '/sandbox/inbound', { from: anna, body: 'c', to: '+12025550111' });
    expect(two.hooks.received[1]?.form.To).toBe('+12025550111');
    await two.stop();
  });

  it('can come from a short code or over WhatsApp', async () => {
    await receive('Your code is 1', { from: '32665' });
    await receive('Oi', { from: `whatsapp:${anna}` });
    expect(running.hooks.received[0]?.form).toMatchObject({ From: '32665', FromCountry: '' });
    expect(running.hooks.received[1]?.form).toMatchObject({ From: `whatsapp:${anna}`, WaId: '12125550142' });
    expect(running.hooks.received[1]?.form.To).toBe(`whatsapp:${ourNumber}`);
  });

  it('is kept, and says so, when the webhook fails', async () => {
    running.hooks.answer = (_webhook, response) => response.writeHead(500).end();
    const { status, body } = await receive('Oi');
    expect(status).toBe(200);
    expect(body.webhook).toEqual({ ok: false, reason: '5xx', httpStatus: 500 });
    expect(running.hooks.received).toHaveLength(1);
    expect(await conversation()).toEqual(['inbound: Oi']);
  });

  it.each([
    [{ from: 'anna', body: 'x' }, 'from'],
    [{ from: anna }, 'body'],
    [{ from: anna, body: 'a'.repeat(1_601) }, 'body'],
    [{ from: anna, body: 'x', to: '?' }, 'to'],
  ])('%j is a 400 that says where', async (body, path) => {
    const answer = await running.control('POST', '/sandbox/inbound', body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } });
    expect(answer.body.error.details[0]?.path).toBe(path);
    expect(running.hooks.received).toEqual([]);
  });
});

describe('the answer of the webhook', () => {
  it('becomes messages to the person', async () => {
    answerWith(
      'text/xml',
      '<?xml version="1.0"?><Response><Message>Oi &amp; at&#233; logo</Message><Message><Body>Two</Body></Message></Response>',
    );
    await receive('Oi');
    expect(await conversation()).toEqual(['inbound: Oi', 'outbound: Oi & até logo', 'outbound: Two']);
    const [latest] = await running.client.messages.list({ to: anna });
    expect(latest).toMatchObject({ direction: 'outbound-reply', from: ourNumber, status: 'delivered' });
  });

  it.each([
    ['text/xml', '<Response/>'],
    ['text/xml', ''],
    ['text/xml', '<Response><!-- <Message>no</Message> --></Response>'],
    ['text/html', '<p>hello</p>'],
  ])('is nothing when it is %s %j', async (type, body) => {
    answerWith(type, body);
    await receive('Oi');
    expect(await conversation()).toEqual(['inbound: Oi']);
  });

  it('does not reach someone who just said STOP', async () => {
    answerWith('text/xml', '<Response><Message>Sorry to see you go</Message></Response>');
    await receive('stop');
    expect(await conversation()).toEqual([
      'inbound: stop',
      expect.stringContaining('You have successfully been unsubscribed.'),
    ]);
  });

  it('reads attributes, CDATA and entities', () => {
    const markup = `<Response><Message to="+1&#x32;" action='http://a/b?c=1&amp;d=2'><![CDATA[<b> & ]]>&lt;c</Message></Response>`;
    expect(readReplies('application/xml', markup)).toEqual([
      { body: '<b> & <c', to: '+12', from: undefined, statusCallback: 'http://a/b?c=1&d=2' },
    ]);
    expect(readReplies('text/plain; charset=utf-8', ' thanks ')).toMatchObject([{ body: 'thanks' }]);
  });
});

describe("Twilio's own opt-out list", () => {
  it.each(['STOP', 'stop', ' Stop ', 'STOPALL', 'Unsubscribe', 'CANCEL', 'end', 'QUIT', 'revoke', 'OptOut'])(
    'takes %j as STOP',
    async (word) => {
      await receive(word);
      expect(await failureOf(create())).toMatchObject({ status: 400, code: 21610 });
    },
  );

  it.each(['please stop', 'STOP PLEASE', 'PARE', 'sair', 'YES', 'stop.'])(
    'does not know %j',
    async (word) => {
      await receive(word);
      expect((await create()).status).toBe('queued');
      expect(await conversation()).toEqual([`inbound: ${word}`, 'outbound: Hello']);
    },
  );

  it('answers STOP once and START once, in its own words, and tells the webhook of each', async () => {
    for (const word of ['STOP', 'STOP', 'START', 'START']) await receive(word);
    expect(await conversation()).toEqual([
      'inbound: STOP',
      'outbound: You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
      'inbound: STOP',
      'inbound: START',
      'outbound: You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
      'inbound: START',
    ]);
    expect(running.hooks.received.map(({ form }) => form.Body)).toEqual(['STOP', 'STOP', 'START', 'START']);
    const [reply] = await running.client.messages.list({ to: anna });
    expect(reply?.direction).toBe('outbound-reply');
  });

  it('lets messages through again after START or UNSTOP', async () => {
    await receive('STOP');
    expect(await failureOf(create())).toMatchObject({ code: 21610 });
    await receive('unstop');
    expect((await create()).status).toBe('queued');
  });

  it('answers HELP and INFO', async () => {
    await receive('help');
    expect(await conversation()).toEqual([
      'inbound: help',
      'outbound: Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
    ]);
  });

  it('uses the fixed texts of toll-free numbers, and no HELP while opted out', async () => {
    const tollFree = await runSandbox({ numbers: ['+18885550100'] });
    for (const body of ['STOP', 'HELP', 'UNSTOP']) {
      await tollFree.control('POST', '/sandbox/inbound', { from: anna, body });
    }
    const { body } = await tollFree.control('GET', '/sandbox/messages?direction=outbound');
    expect(body.items.map((item) => item.body)).toEqual([
      expect.stringMatching(/^NETWORK MSG: You replied with the word "stop"/),
      expect.stringMatching(/^NETWORK MSG: You have replied "unstop"/),
    ]);
    await tollFree.stop();
  });

  it('is per recipient', async () => {
    await receive('STOP');
    expect((await create({ to: bob })).status).toBe('queued');
  });

  it('is per sender without a service', async () => {
    const two = await runSandbox({ numbers: [ourNumber, '+12025550111'] });
    await two.control('POST', '/sandbox/inbound', { from: anna, body: 'STOP', to: ourNumber });
    const send = (from: string) => two.client.messages.create({ to: anna, from, body: 'Hello' });
    expect(await failureOf(send(ourNumber))).toMatchObject({ code: 21610 });
    expect((await send('+12025550111')).status).toBe('queued');
    await two.stop();
  });

  it('covers the whole service, whichever of its numbers was told', async () => {
    const numbers = ['+12025550100', '+12025550111', '+12025550122', '+12025550133'];
    const many = await runSandbox({ numbers });
    const send = (more: object) => many.client.messages.create({ to: anna, body: 'Hello', ...more });
    for (const from of numbers) await send({ from, messagingServiceSid: serviceSid });
    await many.sandbox.idle();
    await many.control('POST', '/sandbox/inbound', { from: anna, body: 'STOP', to: numbers[2] });
    expect(await failureOf(send({ messagingServiceSid: serviceSid }))).toMatchObject({ code: 21610 });
    expect(await failureOf(send({ from: numbers[0] }))).toMatchObject({ code: 21610 });
    await many.control('POST', '/sandbox/inbound', { from: anna, body: 'START', to: numbers[1] });
    expect((await send({ messagingServiceSid: serviceSid })).status).toBe('accepted');
    await many.stop();
  });

  it('also meets a service that has not sent yet', async () => {
    await receive('STOP');
    expect(await failureOf(createByService())).toMatchObject({ code: 21610 });
  });

  it('knows its words', () => {
    expect(['info', 'START', ' unstop', 'hello', ''].map(keywordOf)).toEqual([
      'HELP',
      'START',
      'START',
      undefined,
      undefined,
    ]);
  });
});
