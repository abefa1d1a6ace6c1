import {
  accountSid,
  anna,
  bob,
  clientOf,
  failureOf,
  ourNumber,
  type RunningSandbox,
  rawCall,
  runSandbox,
  serviceSid,
} from './twilio-support';

let running: RunningSandbox;

beforeEach(async () => {
  running = await runSandbox();
});

afterEach(() => running.stop());

const create = (more: object = {}) =>
  running.client.messages.create({ to: anna, from: ourNumber, body: 'Hello', ...more });

const createCode = async (more: object) => {
  const { status, code } = await failureOf(create(more));
  return { status, code };
};

describe('creating a message', () => {
  it('answers 201 with every field of the resource, as Twilio types them', async () => {
    const response = await rawCall(running.url, '/Messages.json', {
      method: 'POST',
      body: new URLSearchParams({ To: anna, From: ourNumber, Body: 'Hello' }),
    });
    expect(response.status).toBe(201);
    const sid = expect.stringMatching(/^SM[0-9a-f]{32}$/);
    const date = expect.stringMatching(
      /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/,
    );
    expect(await response.json()).toEqual({
      account_sid: accountSid,
      api_version: '2010-04-01',
      body: 'Hello',
      date_created: date,
      date_sent: null,
      date_updated: date,
      direction: 'outbound-api',
      error_code: null,
      error_message: null,
      from: ourNumber,
      messaging_service_sid: null,
      num_media: '0',
      num_segments: '1',
      price: null,
      price_unit: 'USD',
      sid,
      status: 'queued',
      subresource_uris: {
        media: expect.stringMatching(/^\/2010-04-01\/Accounts\/AC.*\/Messages\/SM.*\/Media\.json$/),
      },
      to: anna,
      uri: expect.stringMatching(/^\/2010-04-01\/Accounts\/AC.*\/Messages\/SM[0-9a-f]{32}\.json$/),
    });
  });

  it('is read by the real client with dates, numbers and nulls in place', async () => {
    const message = await create();
    expect(message.status).toBe('queued');
    expect(message.dateCreated).toBeInstanceOf(Date);
    expect(message.dateSent).toBeNull();
    expect(message.errorCode).toBeNull();
    expect(message.numSegments).toBe('1');
  });

  it('takes two identical creates as two messages, whatever the headers say', async () => {
    const init = {
      method: 'POST',
      body: new URLSearchParams({ To: anna, From: ourNumber, Body: 'Hello' }),
      headers: { 'idempotency-key': 'same', 'i-twilio-idempotency-token': 'same' },
    };
    const sids = await Promise.all(
      [1, 2].map(async () => {
        const created = (await (await rawCall(running.url, '/Messages.json', init)).json()) as {
          sid: string;
        };
        return created.sid;
      }),
    );
    expect(new Set(sids).size).toBe(2);
    expect(await running.client.messages.list({ to: anna })).toHaveLength(2);
  });

  it('starts accepted with a messaging service, without sender and segments, and gets both', async () => {
    const message = await running.client.messages.create({
      to: anna,
      messagingServiceSid: serviceSid,
      body: 'Hello',
    });
    expect(message).toMatchObject({ status: 'accepted', from: null, numSegments: '0' });
    await running.sandbox.idle();
    expect(await running.client.messages(message.sid).fetch()).toMatchObject({
      status: 'delivered',
      from: ourNumber,
      numSegments: '1',
      messagingServiceSid: serviceSid,
    });
  });

  it('walks to delivered, with the date sent and a price as text', async () => {
    const message = await create();
    await running.sandbox.idle();
    const now = await running.client.messages(message.sid).fetch();
    expect(now.status).toBe('delivered');
    expect(now.dateSent).toBeInstanceOf(Date);
    expect(now.price).toMatch(/^-0\.\d{5}$/);
  });

  it.each([
    ['a'.repeat(160), '1'],
    ['a'.repeat(161), '2'],
    ['a'.repeat(307), '3'],
    ['á'.repeat(70), '1'],
    ['á'.repeat(71), '2'],
    ['á'.repeat(135), '3'],
    ['€'.repeat(80), '1'],
    ['€'.repeat(81), '2'],
    ['🎉'.repeat(36), '2'],
    [`${'a'.repeat(157)}á`, '3'],
  ])('counts the segments of %j', async (body, segments) => {
    expect((await create({ body })).numSegments).toBe(segments);
  });

  it('repairs what smart encoding repairs before it counts', async () => {
    const body = `${'a'.repeat(150)}’`;
    expect((await create({ body })).numSegments).toBe('3');
    expect((await create({ body, smartEncoded: true })).numSegments).toBe('1');
  });

  it('gives a message with media an MM sid', async () => {
    const message = await create({ mediaUrl: ['https://example.com/a.png', 'https://example.com/b.png'] });
    expect(message.sid).toMatch(/^MM/);
    expect(message.numMedia).toBe('2');
  });

  it('sends to a channel address and to a number that is possible but not valid', async () => {
    expect((await create({ to: '+15558675310' })).status).toBe('queued');
    const whatsapp = await create({ to: `whatsapp:${anna}`, from: `whatsapp:${ourNumber}` });
    expect(whatsapp.to).toBe(`whatsapp:${anna}`);
  });
});

describe('refusing a create', () => {
  it.each([
    ['no sender', { from: undefined }, 21603],
    ['no text', { body: undefined }, 21602],
    ['an empty text', { body: '' }, 21602],
    ['1601 characters', { body: 'a'.repeat(1_601) }, 21617],
    ['a recipient that is no number', { to: 'not-a-phone' }, 21211],
    ['a short code as recipient', { to: '32665' }, 21211],
    ['a sender that is none', { from: '+1' }, 21212],
    ['a sender that is not ours', { from: '+12025550199' }, 21606],
    ['ourselves as recipient', { to: ourNumber }, 21266],
    ['a malformed service', { from: undefined, messagingServiceSid: 'MG1' }, 21705],
    ['a callback to a host with an underscore', { statusCallback: 'http://my_host/cb' }, 21609],
    ['a callback that is no URL', { statusCallback: 'webhooks' }, 21609],
    ['a validity of 0', { validityPeriod: 0 }, 21624],
    ['a validity of 36001', { validityPeriod: 36_001 }, 21624],
    ['eleven media', { mediaUrl: Array.from({ length: 11 }, () => 'https://example.com/a.png') }, 21623],
    ['variables that are no JSON', { contentSid: `HX${'0'.repeat(32)}`, contentVariables: '{' }, 21656],
  ])('%s', async (_name, more, code) => {
    expect(await createCode(more)).toEqual({ status: 400, code });
    expect(await running.client.messages.list()).toEqual([]);
  });

  it('no recipient, which only another client can leave out', async () => {
    const response = await rawCall(running.url, '/Messages.json', {
      method: 'POST',
      body: new URLSearchParams({ From: ourNumber, Body: 'Hello' }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      code: 21604,
      message: "A 'To' phone number is required.",
      more_info: 'https://www.twilio.com/docs/errors/21604',
      status: 400,
    });
  });

  it('takes exactly 1600 characters and a validity of 1 and of 36000', async () => {
    const shortest = await create({ body: 'a'.repeat(1_600), validityPeriod: 1 });
    const longest = await create({ validityPeriod: 36_000 });
    expect([shortest.status, longest.status]).toEqual(['queued', 'queued']);
  });

  it.each([
    ['to', '+15005550001', 21211],
    ['to', '+15005550002', 21612],
    ['to', '+15005550003', 21408],
    ['to', '+15005550004', 21610],
    ['to', '+15005550009', 21614],
    ['from', '+15005550001', 21212],
    ['from', '+15005550007', 21606],
    ['from', '+15005550008', 21611],
  ])('knows the magic number as %s: %s', async (side, number, code) => {
    expect(await createCode({ [side]: number })).toEqual({ status: 400, code });
  });

  it('sends from the magic sender when no numbers are given', async () => {
    const other = await runSandbox({ numbers: [] });
    const message = await other.client.messages.create({ to: anna, from: '+15005550006', body: 'Hello' });
    expect(message.status).toBe('queued');
    await other.stop();
  });

  it('takes neither JSON nor a body beyond all measure', async () => {
    const json = await rawCall(running.url, '/Messages.json', {
      method: 'POST',
      body: '{"To":"+12125550142"}',
      headers: { 'content-type': 'application/json' },
    });
    expect(json.status).toBe(415);
    const huge = await rawCall(running.url, '/Messages.json', {
      method: 'POST',
      body: new URLSearchParams({ To: anna, From: ourNumber, Body: 'a'.repeat(300_000) }),
    });
    expect(huge.status).toBe(413);
    expect(await huge.json()).toMatchObject({ code: 20001, status: 413 });
  });
});

describe('credentials', () => {
  it.each([
    ['a wrong token', { token: 'wrong' }],
    ['a token that only begins right', { token: 'a-token-of-the' }],
  ])('refuses %s with 401 and 20003', async (_name, options) => {
    const client = clientOf(running.url, options);
    const failure = await failureOf(client.messages.create({ to: anna, from: ourNumber, body: 'Hello' }));
    expect(failure).toMatchObject({ status: 401, code: 20003, message: 'Authenticate' });
    expect(await failureOf(client.messages.list())).toMatchObject({ status: 401 });
  });

  it('refuses no credentials, and the right ones for another account', async () => {
    const path = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
    const bare = await fetch(`${running.url}${path}`);
    expect(bare.status).toBe(401);
    expect(bare.headers.get('www-authenticate')).toContain('Basic');
    const other = await rawCall(running.url, `/../AC${'f'.repeat(32)}/Messages.json`);
    expect(other.status).toBe(401);
    expect((await fetch(`${running.url}/2010-04-01/nothing`)).status).toBe(401);
  });
});

describe('scheduling', () => {
  const inMs = (ms: number) => new Date(Date.now() + ms);
  const scheduled = (sendAt: Date, more: object = {}) =>
    running.client.messages.create({
      to: anna,
      messagingServiceSid: serviceSid,
      body: 'Later',
      scheduleType: 'fixed',
      sendAt,
      ...more,
    });

  it('keeps a message scheduled until it is canceled, which happens once', async () => {
    const message = await scheduled(inMs(3_600_000), { statusCallback: running.hooks.url('/status') });
    expect(message).toMatchObject({ status: 'scheduled', dateSent: null });
    await running.sandbox.idle();
    expect((await running.client.messages(message.sid).fetch()).status).toBe('scheduled');
    expect((await running.client.messages(message.sid).update({ status: 'canceled' })).status).toBe(
      'canceled',
    );
    await running.sandbox.idle();
    expect(running.hooks.statuses()).toEqual(['canceled']);
    expect(
      await failureOf(running.client.messages(message.sid).update({ status: 'canceled' })),
    ).toMatchObject({
      status: 400,
      code: 30409,
    });
  });

  it('cancels nothing that is not scheduled', async () => {
    const message = await create();
    expect(
      await failureOf(running.client.messages(message.sid).update({ status: 'canceled' })),
    ).toMatchObject({ code: 30409 });
  });

  it.each([
    ['a minute ahead', 60_000],
    ['36 days ahead', 36 * 86_400_000],
    ['in the past', -1_000],
  ])('refuses %s', async (_name, ms) => {
    expect(await failureOf(scheduled(inMs(ms)))).toMatchObject({ status: 400, code: 35114 });
  });

  it('takes what is 300 seconds and 35 days ahead', async () => {
    expect((await scheduled(inMs(300_000))).status).toBe('scheduled');
    expect((await scheduled(inMs(35 * 86_400_000 - 1_000))).status).toBe('scheduled');
  });

  it('needs a service and both parameters', async () => {
    const sendAt = inMs(3_600_000);
    expect(await createCode({ scheduleType: 'fixed', sendAt })).toEqual({ status: 400, code: 35118 });
    expect(await createCode({ sendAt })).toEqual({ status: 400, code: 35111 });
    expect(await createCode({ scheduleType: 'fixed' })).toEqual({ status: 400, code: 35111 });
  });
});

describe('reading back', () => {
  const withService = (to: string, body: string) =>
    running.client.messages.create({ to, messagingServiceSid: serviceSid, body });

  it('answers 404 and 20404 for what it does not have', async () => {
    const missing = running.client.messages(`SM${'0'.repeat(32)}`);
    expect(await failureOf(missing.fetch())).toMatchObject({ status: 404, code: 20404 });
    expect(await failureOf(missing.remove())).toMatchObject({ status: 404, code: 20404 });
    expect(await failureOf(missing.update({ body: '' }))).toMatchObject({ status: 404, code: 20404 });
    expect((await rawCall(running.url, '/Nothing.json')).status).toBe(404);
  });

  it('lists newest first, by recipient, by sender and by both', async () => {
    await withService(anna, 'one');
    await withService(bob, 'two');
    await withService(anna, 'three');
    await running.sandbox.idle();
    const bodies = async (filter: object) =>
      (await running.client.messages.list(filter)).map((message) => message.body);
    expect(await bodies({})).toEqual(['three', 'two', 'one']);
    expect(await bodies({ to: anna })).toEqual(['three', 'one']);
    expect(await bodies({ to: anna, from: ourNumber })).toEqual(['three', 'one']);
    expect(await bodies({ from: ourNumber })).toEqual(['three', 'two', 'one']);
    expect(await bodies({ to: '+12125550199' })).toEqual([]);
  });

  it('pages through everything once, however many arrive meanwhile', async () => {
    for (let n = 1; n <= 7; n++) await withService(anna, String(n));
    const first = await running.client.messages.page({ to: anna, pageSize: 3 });
    await withService(anna, 'late');
    const second = await first.nextPage();
    const third = await second?.nextPage();
    expect(first.instances.map(({ body }) => body)).toEqual(['7', '6', '5']);
    expect(second?.instances.map(({ body }) => body)).toEqual(['4', '3', '2']);
    expect(third?.instances.map(({ body }) => body)).toEqual(['1']);
    expect(third?.nextPageUrl).toBeUndefined();
    expect(await running.client.messages.list({ to: anna, pageSize: 2 })).toHaveLength(8);
    expect(await running.client.messages.list({ limit: 5, pageSize: 2 })).toHaveLength(5);
  });

  it('describes a page as Twilio does', async () => {
    for (let n = 1; n <= 3; n++) await create({ body: String(n) });
    const to = encodeURIComponent(anna);
    await running.sandbox.idle();
    const page = (await (
      await rawCall(running.url, `/Messages.json?To=${to}&PageSize=2&DateSent%3E=2020-01-01`)
    ).json()) as Record<string, unknown>;
    const base = `/2010-04-01/Accounts/${accountSid}/Messages.json?To=%2B12125550142&DateSent%3E=2020-01-01&PageSize=2`;
    expect(page).toMatchObject({
      end: 1,
      first_page_uri: `${base}&Page=0`,
      next_page_uri: expect.stringMatching(/&Page=1&PageToken=PA\d+$/),
      page: 0,
      page_size: 2,
      previous_page_uri: null,
      start: 0,
      uri: `${base}&Page=0`,
    });
    expect((page.messages as unknown[]).length).toBe(2);
  });

  it('filters by the date sent, which what is unsent does not have', async () => {
    await create({ body: 'sent' });
    await running.sandbox.idle();
    await running.client.messages.create({
      to: anna,
      messagingServiceSid: serviceSid,
      body: 'unsent',
      scheduleType: 'fixed',
      sendAt: new Date(Date.now() + 3_600_000),
    });
    const bodies = async (filter: object) =>
      (await running.client.messages.list(filter)).map((message) => message.body);
    const hour = 3_600_000;
    expect(await bodies({ dateSentAfter: new Date(Date.now() - hour) })).toEqual(['sent']);
    expect(await bodies({ dateSentAfter: new Date(Date.now() + hour) })).toEqual([]);
    expect(await bodies({ dateSentBefore: new Date(Date.now() + hour) })).toEqual(['sent']);
    expect(await bodies({ dateSentBefore: new Date(Date.now() - hour) })).toEqual([]);
    expect(await bodies({})).toEqual(['unsent', 'sent']);
    const [sent] = await running.client.messages.list({ dateSentAfter: new Date(Date.now() - hour) });
    const today = sent?.dateSent.toISOString().slice(0, 10);
    const day = await rawCall(running.url, `/Messages.json?DateSent=${today}`);
    expect(((await day.json()) as { messages: unknown[] }).messages).toHaveLength(1);
    expect((await rawCall(running.url, '/Messages.json?DateSent=yesterday')).status).toBe(400);
    expect((await rawCall(running.url, '/Messages.json?PageToken=x')).status).toBe(400);
  });

  it('takes the text out, and nothing but that', async () => {
    const message = await create();
    expect((await running.client.messages(message.sid).update({ body: '' })).body).toBe('');
    expect((await running.client.messages(message.sid).fetch()).body).toBe('');
    expect(await failureOf(running.client.messages(message.sid).update({ body: 'other' }))).toMatchObject({
      status: 400,
    });
  });

  it('deletes', async () => {
    const message = await create();
    expect(await running.client.messages(message.sid).remove()).toBe(true);
    expect(await failureOf(running.client.messages(message.sid).fetch())).toMatchObject({ status: 404 });
    expect(await running.client.messages.list({ to: anna })).toEqual([]);
    await running.sandbox.idle();
  });

  it('takes feedback', async () => {
    const message = await create({ provideFeedback: true });
    const feedback = await running.client
      .messages(message.sid)
      .feedback.createWithHttpInfo({ outcome: 'confirmed' });
    expect(feedback.statusCode).toBe(200);
    expect(feedback.body).toMatchObject({ outcome: 'confirmed', messageSid: message.sid });
  });
});
