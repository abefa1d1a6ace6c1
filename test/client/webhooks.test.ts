import fastify from 'fastify';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { answerError } from '../../client/http/error-handler';
import { twilioWebhooks } from '../../client/webhooks/twilio-webhooks';
import { openDatabase } from '../../store/database';
import {
  asking,
  authToken,
  createCustomer,
  createWorld,
  type Customer,
  enroll,
  ledger,
  newPhone,
  NOON,
  ourNumber,
  type World,
  way,
} from '../activities/world';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());
beforeEach(() => world.setClock(NOON));

interface Post {
  readonly path?: string;
  readonly form: readonly (readonly [string, string])[];
  /** What was signed, when it is not what is posted. */
  readonly signed?: { path?: string; token?: string; form?: Record<string, string | string[]> };
  readonly headers?: Record<string, string>;
}

/** A webhook, signed as Twilio signs it. */
async function post({
  path = '/webhooks/twilio/status',
  form,
  signed = {},
  headers,
}: Post): Promise<Response> {
  const params: Record<string, string | string[]> = {};
  for (const [key, value] of form) {
    const before = params[key];
    params[key] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  const url = world.publicUrl + (signed.path ?? path);
  const signature = getExpectedTwilioSignature(signed.token ?? authToken, url, signed.form ?? params);
  return fetch(world.publicUrl + path, {
    method: 'POST',
    body: new URLSearchParams(form.map(([key, value]): [string, string] => [key, value])),
    headers: headers ?? { 'x-twilio-signature': signature },
  });
}

async function countRows(table: string): Promise<number> {
  const { rows } = await world.pool.query<{ count: number }>(`select count(*)::int as count from ${table}`);
  return rows[0]?.count ?? 0;
}

const newSid = () => `SM${(nextSid++).toString(16).padStart(32, '0')}`;
let nextSid = 1;

async function sentMessage(): Promise<{
  customer: Customer;
  enrollmentId: string;
  sendId: string;
  sid: string;
}> {
  const customer = await createCustomer(world.pool);
  const enrollmentId = await enroll(world.pool, customer);
  const answer = await world.activities.send(asking(enrollmentId));
  if (answer.status !== 'sent') throw new Error(answer.status);
  return { customer, enrollmentId, sendId: answer.sendId, sid: answer.providerSid };
}

async function statusCallback(
  sendId: string,
  sid: string,
  status: string,
  errorCode?: string,
): Promise<number> {
  const { status: httpStatus } = await post({
    path: `/webhooks/twilio/status?m=${sendId}`,
    form: [
      ['MessageSid', sid],
      ['MessageStatus', status],
      ['To', '+12125550142'],
      ...(errorCode ? ([['ErrorCode', errorCode]] as const) : []),
    ],
  });
  return httpStatus;
}

async function callbacksOf(sid: string): Promise<unknown[]> {
  const { rows } = await world.pool.query(
    'select status, error_code from provider_callbacks where provider_sid = $1 order by callback_id',
    [sid],
  );
  return rows.map(({ status, error_code }) => (error_code ? `${status} ${error_code}` : status));
}

describe('a status callback', () => {
  it('out of order or doubled is kept once, and the status does not go back', async () => {
    const { enrollmentId, sendId, sid } = await sentMessage();
    for (const [at, status] of [
      ['04', 'delivered'],
      ['05', 'sent'],
      ['06', 'delivered'],
    ] as const) {
      await world.setClock(`2027-02-02T17:00:${at}.000Z`);
      expect(await statusCallback(sendId, sid, status)).toBe(204);
    }
    const { rows } = await world.pool.query('select status, status_at from sends where send_id = $1', [
      sendId,
    ]);
    expect(rows).toEqual([{ status: 'delivered', status_at: new Date('2027-02-02T17:00:04Z') }]);
    expect(await callbacksOf(sid)).toEqual(['delivered', 'sent']);
    expect(await way(world.pool, enrollmentId)).toEqual(['reserved', 'submitting', 'sent', 'delivered']);
  });

  it('counts once when its copies arrive at the same moment', async () => {
    const { enrollmentId, sendId, sid } = await sentMessage();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => statusCallback(sendId, sid, 'undelivered', '30003')),
    );
    expect(new Set(answers)).toEqual(new Set([204]));
    expect(await callbacksOf(sid)).toEqual(['undelivered 30003']);
    expect(await way(world.pool, enrollmentId)).toEqual(['reserved', 'submitting', 'sent', 'undelivered']);
  });

  it('never erases an error code', async () => {
    const { enrollmentId, sendId, sid } = await sentMessage();
    await statusCallback(sendId, sid, 'undelivered', '30003');
    await statusCallback(sendId, sid, 'undelivered');
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([
      { status: 'undelivered', errorCode: '30003' },
    ]);
  });

  it('for an id that nobody knows is kept and answered 204', async () => {
    const [sid, other] = [newSid(), newSid()];
    expect(await statusCallback('0195d0c0-0000-7000-8000-000000000000', sid, 'sent')).toBe(204);
    expect(await callbacksOf(sid)).toEqual(['sent']);
    expect(
      (
        await post({
          form: [
            ['MessageSid', other],
            ['MessageStatus', 'sent'],
          ],
        })
      ).status,
    ).toBe(204);
    expect(
      (
        await post({
          path: '/webhooks/twilio/status?m=%00&m=x',
          form: [
            ['MessageSid', other],
            ['MessageStatus', 'failed'],
          ],
        })
      ).status,
    ).toBe(204);
    expect(await callbacksOf(other)).toEqual(['sent', 'failed']);
  });

  it('without our id finds its send by the message', async () => {
    const { enrollmentId, sid } = await sentMessage();
    await post({
      form: [
        ['MessageSid', sid],
        ['MessageStatus', 'delivered'],
      ],
    });
    expect(await ledger(world.pool, enrollmentId)).toMatchObject([{ status: 'delivered' }]);
  });

  it.each(['30005', '30006'])('with %s makes the number unreachable', async (code) => {
    const { customer, enrollmentId, sendId, sid } = await sentMessage();
    await statusCallback(sendId, sid, 'undelivered', code);
    const next = await world.activities.send(asking(enrollmentId, { step: 'next' }));
    expect(next).toMatchObject({ status: 'suppressed', reason: 'unreachable' });
    const { rows } = await world.pool.query('select kind, source from suppressions where address = $1', [
      customer.phone,
    ]);
    expect(rows).toEqual([{ kind: 'unreachable', source: 'provider' }]);
  });

  it('with a code of ours to mend is an alert', async () => {
    const { sendId, sid } = await sentMessage();
    await statusCallback(sendId, sid, 'undelivered', '30007');
    expect(world.logged.lines).toContainEqual({ level: 'error', text: expect.stringContaining('30007') });
  });

  it('keeps the whole form, fields we have never heard of and empty ones too', async () => {
    const sid = newSid();
    const form = [
      ['MessageSid', sid],
      ['MessageStatus', 'sent'],
      ['NewField', 'x'],
      ['ErrorMessage', ''],
    ] as const;
    expect((await post({ form })).status).toBe(204);
    const { rows } = await world.pool.query('select form from provider_callbacks where provider_sid = $1', [
      sid,
    ]);
    expect(rows[0]?.form).toEqual(Object.fromEntries(form));
  });
});

describe('the signature', () => {
  const body = [
    ['MessageSid', 'SM1'],
    ['MessageStatus', 'failed'],
    ['ErrorMessage', ''],
    ['To', ' +1 '],
  ] as const;

  it.each<[string, Partial<Post>]>([
    ['of another token', { signed: { token: 'another' } }],
    ['of another form', { signed: { form: { MessageSid: 'SM1', MessageStatus: 'delivered' } } }],
    [
      'that leaves out the query',
      { path: '/webhooks/twilio/status?m=1', signed: { path: '/webhooks/twilio/status' } },
    ],
    ['that covers the fragment', { signed: { path: '/webhooks/twilio/status#rc=5&rp=all' } }],
    ['that is empty', { headers: { 'x-twilio-signature': '' } }],
    ['that is missing', { headers: {} }],
  ])('%s is answered 403 and nothing is stored', async (_, forged) => {
    const before = await Promise.all(['provider_callbacks', 'send_changes', 'suppressions'].map(countRows));
    const response = await post({ form: body, ...forged });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { code: 'bad_signature' } });
    expect(await Promise.all(['provider_callbacks', 'send_changes', 'suppressions'].map(countRows))).toEqual(
      before,
    );
  });

  it('covers inbound texts too: a forged STOP stops nothing', async () => {
    const customer = await createCustomer(world.pool);
    const form = [
      ['MessageSid', newSid()],
      ['From', customer.phone],
      ['Body', 'STOP'],
    ] as const;
    const forged = { path: '/webhooks/twilio/inbound', form, signed: { token: 'another' } };
    expect((await post(forged)).status).toBe(403);
    const enrollmentId = await enroll(world.pool, customer);
    expect(await world.activities.send(asking(enrollmentId))).toMatchObject({ status: 'sent' });
  });

  it('fits whatever the values are: empty, repeated, padded, not ASCII', async () => {
    const form = [
      ['MessageSid', newSid()],
      ['MessageStatus', 'sent'],
      ['Empty', ''],
      ['Padded', '  x '],
      ['Many', 'b'],
      ['Many', 'a'],
      ['Words', 'olá, 日本 & +=%'],
    ] as const;
    expect((await post({ path: "/webhooks/twilio/status?m=x&q=%20a'b", form })).status).toBe(204);
  });
});

describe('a text from a person', () => {
  async function text(
    from: string,
    body: string,
    more: readonly (readonly [string, string])[] = [],
    sid = newSid(),
  ) {
    return post({
      path: '/webhooks/twilio/inbound',
      form: [['MessageSid', sid], ['From', from], ['To', ourNumber], ['Body', body], ...more],
    });
  }

  async function canBeTexted(customer: Customer): Promise<boolean> {
    const enrollmentId = await enroll(world.pool, customer, 'campaign', newSid());
    const answer = await world.activities.send(asking(enrollmentId));
    return answer.status === 'sent';
  }

  async function consentChanges(customer: Customer): Promise<string[]> {
    const { rows } = await world.pool.query(
      'select topic, from_status, to_status, source, wording, reason from consent_changes where profile_id = $1 order by seq',
      [customer.profileId],
    );
    return rows.map(
      (row) =>
        `${row.topic}${row.from_status} > ${row.to_status} by ${row.source}: ${row.wording}${row.reason ? ` (${row.reason})` : ''}`,
    );
  }

  it.each([
    'STOP',
    ' stop. ',
    'Unsubscribe',
    'OptOut',
    'STOP PLEASE',
    'please stop texting me',
    'leave me alone',
    'PARE',
    'Sair, por favor',
  ])('"%s" opts out', async (body) => {
    const customer = await createCustomer(world.pool);
    expect((await text(customer.phone, body)).status).toBe(200);
    expect(await canBeTexted(customer)).toBe(false);
    expect(await consentChanges(customer)).toEqual([`subscribed > unsubscribed by inbound: ${body}`]);
  });

  it.each(['the bus stop is near', 'when does it end?', 'HELP', 'ok', ''])(
    '"%s" changes nothing',
    async (body) => {
      const customer = await createCustomer(world.pool);
      await text(customer.phone, body);
      expect(await canBeTexted(customer)).toBe(true);
      expect(await consentChanges(customer)).toEqual([]);
    },
  );

  it('is answered with nothing to say, for Twilio answers STOP, START and HELP itself', async () => {
    const { phone } = await createCustomer(world.pool);
    for (const body of ['STOP', 'START', 'HELP', 'hello']) {
      const response = await text(phone, body);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^text\/xml/);
      expect(await response.text()).toBe('<Response/>');
    }
  });

  it('is answered when the opt-out has been committed', async () => {
    const customer = await createCustomer(world.pool);
    await text(customer.phone, 'STOP');
    const { rows } = await world.pool.query(
      'select kind, source, wording from suppressions where address = $1',
      [customer.phone],
    );
    expect(rows).toEqual([{ kind: 'stop', source: 'inbound', wording: 'STOP' }]);
  });

  it.each([
    ['please stop texting me', true],
    ['Me tire da lista!', true],
    ['STOP', false],
  ])('that says %j is kept in its words, for review where they are free: %s', async (body, review) => {
    const customer = await createCustomer(world.pool);
    await text(customer.phone, body);
    const { rows } = await world.pool.query(
      'select wording, actor, review from consent_changes where profile_id = $1',
      [customer.profileId],
    );
    expect(rows).toEqual([{ wording: body, actor: 'customer', review }]);
  });

  it('STOP closes the number to transactional messages too, and START opens it to what it was', async () => {
    const customer = await createCustomer(world.pool, { consent: 'unsubscribed' });
    const care = await enroll(world.pool, customer, 'care');
    await text(customer.phone, 'STOP');
    expect(await world.activities.send(asking(care, { step: 'one' }))).toMatchObject({ reason: 'consent' });
    await text(customer.phone, 'START');
    expect(await world.activities.send(asking(care, { step: 'two' }))).toMatchObject({ status: 'sent' });
    expect(await canBeTexted(customer)).toBe(false);
    expect(await consentChanges(customer)).toEqual([
      'unsubscribed > unsubscribed by inbound: STOP',
      'unsubscribed > unsubscribed by inbound: START',
    ]);
  });

  it('STOP takes every topic and START gives it back', async () => {
    const customer = await createCustomer(world.pool);
    await world.pool.query(
      `insert into subscriptions (profile_id, channel, key, topic, status, source, at)
       values ($1, 'sms', $2, 'care-news', 'subscribed', 'app', clock_now()),
              ($1, 'sms', $2, 'offers', 'unsubscribed', 'app', clock_now())`,
      [customer.profileId, customer.phone],
    );
    await text(customer.phone, 'STOP');
    await text(customer.phone, 'STOP');
    await text(customer.phone, 'UNSTOP');
    await text(customer.phone, 'START');
    expect(await consentChanges(customer)).toEqual([
      'subscribed > unsubscribed by inbound: STOP',
      'care-newssubscribed > unsubscribed by inbound: STOP',
      'unsubscribed > subscribed by inbound: UNSTOP',
      'care-newsunsubscribed > subscribed by inbound: UNSTOP',
    ]);
    expect(await canBeTexted(customer)).toBe(true);
  });

  it('YES after STOP is refused, and that is recorded', async () => {
    const customer = await createCustomer(world.pool);
    await text(customer.phone, 'STOP');
    await text(customer.phone, 'YES');
    await text(customer.phone, 'Sim!', [['OptOutType', 'START']]);
    expect(await canBeTexted(customer)).toBe(false);
    expect(await consentChanges(customer)).toEqual([
      'subscribed > unsubscribed by inbound: STOP',
      'unsubscribed > unsubscribed by inbound: YES (stopped)',
      'unsubscribed > unsubscribed by inbound: Sim! (stopped)',
    ]);
  });

  it("heeds the provider's own reading of a text in a language we do not know", async () => {
    const customer = await createCustomer(world.pool);
    await text(customer.phone, 'ARRET', [['OptOutType', 'STOP']]);
    expect(await canBeTexted(customer)).toBe(false);
    await text(customer.phone, 'DEBUT', [['OptOutType', 'START']]);
    expect(await canBeTexted(customer)).toBe(true);
    await text(customer.phone, 'STOP', [['OptOutType', 'HELP']]);
    expect(await canBeTexted(customer)).toBe(false);
  });

  it('that comes twice counts once: a STOP repeated after START stops nothing', async () => {
    const customer = await createCustomer(world.pool);
    const sid = newSid();
    await text(customer.phone, 'STOP', [], sid);
    await text(customer.phone, 'START');
    expect((await text(customer.phone, 'STOP', [], sid)).status).toBe(200);
    expect(await canBeTexted(customer)).toBe(true);
  });

  it('STOP from a number that nobody has yet holds for whoever gets it', async () => {
    const phone = newPhone();
    await text(phone, 'STOP');
    expect(await canBeTexted(await createCustomer(world.pool, { phone }))).toBe(false);
  });

  it('from a short code or a name is kept as it came', async () => {
    const sid = newSid();
    expect((await text('32665', 'Hello\0 there', [], sid)).status).toBe(200);
    const { rows } = await world.pool.query(
      'select from_address, body, effect, profile_id from inbound_messages where provider_sid = $1',
      [sid],
    );
    expect(rows).toEqual([{ from_address: '32665', body: 'Hello there', effect: 'none', profile_id: null }]);
  });

  it('STOP by WhatsApp leaves SMS as it was', async () => {
    const customer = await createCustomer(world.pool);
    await text(`whatsapp:${customer.phone}`, 'STOP');
    expect(await canBeTexted(customer)).toBe(true);
    const { rows } = await world.pool.query('select channel from suppressions where address = $1', [
      customer.phone,
    ]);
    expect(rows).toEqual([{ channel: 'whatsapp' }]);
  });

  it('STOP while the message is being asked for: whichever is first, nothing is sent after it', async () => {
    for (let round = 0; round < 10; round++) {
      const customer = await createCustomer(world.pool);
      const enrollmentId = await enroll(world.pool, customer);
      const [, answer] = await Promise.all([
        text(customer.phone, 'STOP'),
        world.activities.send(asking(enrollmentId)),
      ]);
      expect(['sent', 'suppressed']).toContain(answer.status);
      expect(await canBeTexted(customer)).toBe(false);
    }
  });

  it('without a MessageSid or a From is a bad request', async () => {
    const form = [['Body', 'STOP']] as const;
    expect((await post({ path: '/webhooks/twilio/inbound', form })).status).toBe(400);
  });
});

it('fails while the database is away, so that the provider comes again', async () => {
  const db = openDatabase('postgres://postgres@127.0.0.1:1/nowhere');
  const app = fastify();
  app.setErrorHandler(answerError);
  await app.register(
    twilioWebhooks({
      db,
      authTokens: ['old', authToken],
      publicUrls: ['http://127.0.0.1', 'https://x.example'],
      log: world.logged,
    }),
  );
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const form = { MessageSid: 'SM1', MessageStatus: 'sent', From: '+12125550142', Body: 'STOP' };
  for (const url of ['/webhooks/twilio/status?m=1', '/webhooks/twilio/inbound']) {
    const signature = getExpectedTwilioSignature(authToken, `https://x.example${url}`, form);
    const response = await fetch(address + url, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { 'x-twilio-signature': signature },
    });
    expect(response.status).toBe(503);
  }
  await app.close();
  await db.end();
});

it('logs neither numbers nor texts', () => {
  expect(world.logged.lines.length).toBeGreaterThan(10);
  expect(world.logged.text()).not.toMatch(/\+1212|leave me alone|ARRET/);
});
