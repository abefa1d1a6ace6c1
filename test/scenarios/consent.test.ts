import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { type SendingWorld, sendingWorld } from './support/sending';
import { second } from './support/world';

describe('STOP in the middle of a journey', () => {
  let world: SendingWorld;
  let phone: string;
  beforeAll(async () => {
    world = await sendingWorld({ clock: '2027-02-01T14:00:00Z' });
    phone = await world.subscriber('ada');
  });
  afterAll(() => world.end());

  it('is committed before the webhook is answered, and the platform says nothing', async () => {
    await world.exactly('2027-02-01T15:00:00Z', () => world.track('ada', 'Provider Searched'));
    expect(await world.sent('user_id:ada')).toEqual(['reactivation-1 @ 2027-02-01T15:00:00Z']);

    await world.exactly('2027-02-03T18:00:00Z', async () => {
      const began = performance.now();
      const answer = await world.twilio.inbound(text(phone, 'STOP'));
      expect(await world.consent('ada')).toMatchObject({ status: 'unsubscribed' });
      expect(performance.now() - began).toBeLessThan(1_000);
      expect({ status: answer.status, type: answer.headers.get('content-type') }).toEqual({
        status: 200,
        type: expect.stringContaining('text/xml'),
      });
      expect(await answer.text()).toBe('<Response/>');
    });
    expect((await changes('ada')).slice(1)).toEqual([
      'subscribed → unsubscribed by inbound @ 2027-02-03T18:00:00Z',
    ]);
  });

  it('ends no run: its next text is refused, and the code goes on', async () => {
    await world.moveTo('2027-02-06T16:00:00Z');
    expect(await refusals('ada')).toEqual(['reactivation-2 suppressed(consent) @ 2027-02-06T15:00:00Z']);
    const notes = await world.history('user_id:ada', 'outcome');
    expect(
      notes.map(({ outcome, value, at }) => `${String(outcome)} ${String(value)} @ ${second(at)}`),
    ).toEqual(['note suppressed(consent) @ 2027-02-06T15:00:00Z']);
    expect(await world.runs('user_id:ada')).toEqual([
      'send-wait-send entered @ 2027-02-01T15:00:00Z',
      'send-wait-send completed @ 2027-02-06T15:00:00Z',
    ]);
  });

  it('is not undone by staff, by whatever door: that is refused, and on record', async () => {
    await world.exactly('2027-02-07T15:00:00Z', async () => {
      for (const route of ['/v1/identify', '/v1/import']) {
        const identify = { type: 'identify', userId: 'ada', messageId: newId(), context: subscribed(phone) };
        const body = route === '/v1/import' ? { batch: [identify] } : identify;
        expect((await world.post(route, body)).status).toBe(200);
      }
    });
    expect(await world.consent('ada')).toMatchObject({ status: 'unsubscribed' });
    const refused = 'unsubscribed → unsubscribed by default (stopped) @ 2027-02-07T15:00:00Z';
    expect((await changes('ada')).slice(2)).toEqual([refused, refused]);
  });

  it('is undone by START, to what it was before; what was missed is not sent, the next one is', async () => {
    await world.exactly('2027-02-08T15:00:00Z', () => world.twilio.inbound(text(phone, 'START')));
    expect(await world.consent('ada')).toMatchObject({ status: 'subscribed' });
    expect((await changes('ada')).at(-1)).toBe('unsubscribed → subscribed by inbound @ 2027-02-08T15:00:00Z');
    await world.moveTo('2027-02-09T15:00:00Z');
    expect(await world.twilio.accepted(phone)).toHaveLength(1);

    await world.exactly('2027-02-09T16:00:00Z', () => world.track('ada', 'Provider Searched'));
    expect(await world.sent('user_id:ada')).toEqual([
      'reactivation-1 @ 2027-02-01T15:00:00Z',
      'reactivation-1 @ 2027-02-09T16:00:00Z',
    ]);
  });

  async function changes(userId: string): Promise<string[]> {
    const items = await world.history(`user_id:${userId}`, 'consent');
    return items.map(({ from, to, source, reason, at }) => {
      const why = typeof reason === 'string' ? ` (${reason})` : '';
      return `${String(from)} → ${String(to)} by ${String(source)}${why} @ ${second(at)}`;
    });
  }

  async function refusals(userId: string): Promise<string[]> {
    const decisions = await world.history(`user_id:${userId}`, 'decision');
    return decisions
      .filter(({ verdict }) => verdict !== 'send')
      .map(
        ({ message, verdict, reason, at }) =>
          `${String(message)} ${String(verdict)}(${String(reason)}) @ ${second(at)}`,
      );
  }
});

describe('what is said by text', () => {
  let world: SendingWorld;
  beforeAll(async () => {
    world = await sendingWorld({ clock: '2027-02-02T14:00:00Z' });
  });
  afterAll(() => world.end());

  const stops = [
    'STOP',
    ' stop. ',
    'Unsubscribe',
    'OptOut',
    'STOP PLEASE',
    'please stop texting me',
    'leave me alone',
    'End',
    'opt out now',
    'REVOKE!',
    "Don't text this number",
    'no more messages, thanks',
    'PARE',
    'pare, por favor',
    'Sair',
    'Parar obrigada',
    'DESCADASTRAR',
    'Não quero mais receber isso',
    'me tire da lista',
    'pare de me mandar mensagem',
    'Baja',
    'ALTO',
    'cancelar por favor',
    'No me envíen más',
    'dejen de escribirme',
  ];
  const others = [
    'the bus stop is near',
    'when does it end?',
    'HELP',
    'ok',
    'YES',
    'a próxima parada é aqui',
    'vou sair mais tarde',
    'quero cancelar a consulta de amanhã',
    'para',
    'baja por las escaleras',
    'obrigado',
    'INFO',
  ];

  it('closes the number, in English, Portuguese and Spanish, or changes nothing', async () => {
    const said = [...stops, ...others].map((body, index) => ({ userId: `says-${index}`, body }));
    const phones = new Map<string, string>();
    for (const { userId } of said) phones.set(userId, await world.subscriber(userId));
    for (const { userId, body } of said) await world.reply(phones.get(userId) ?? '', body);

    const consents = await Promise.all(
      said.map(async ({ userId, body }) => [body, (await world.consent(userId))?.status]),
    );
    expect(consents).toEqual([
      ...stops.map((body) => [body, 'unsubscribed']),
      ...others.map((body) => [body, 'subscribed']),
    ]);

    for (const { userId } of said) {
      world.segment.track({ userId, event: 'Feature Viewed', properties: { feature: 'rewards' } });
    }
    await world.flush();
    await world.settle();
    const answers = await Promise.all(said.map(({ userId }) => world.answers(userId)));
    expect(answers).toEqual([
      ...stops.map(() => ['first suppressed(consent)']),
      ...others.map(() => ['first sent']),
    ]);
    for (const { userId } of said.slice(0, stops.length)) {
      expect(await world.twilio.accepted(phones.get(userId) ?? '')).toEqual([]);
    }
  });

  it('is answered by Twilio where Twilio does, and never by the platform', async () => {
    const replies: [string, number][] = [];
    for (const body of ['PARE', 'please stop texting me', 'ok', 'HELP', 'STOP']) {
      const phone = await world.subscriber(`hears-${body}`);
      await world.reply(phone, body);
      await world.settle();
      const path = `/sandbox/messages?direction=outbound&to=${encodeURIComponent(phone)}`;
      const { items } = (await world.call<{ items: unknown[] }>('GET', path)).body;
      replies.push([body, items.length]);
    }
    expect(replies).toEqual([
      ['PARE', 0],
      ['please stop texting me', 0],
      ['ok', 0],
      ['HELP', 1],
      ['STOP', 1],
    ]);
  });

  it('no run notices, whatever it is', async () => {
    const phone = await world.subscriber('eva');
    await world.enter('eva', 'marketing');
    await world.settle();
    const [run] = await world.history('user_id:eva', 'enrollment');
    const workflowId = `journey/twice-marketing/${String(run?.['enrollmentId'])}`;
    const connection = await Connection.connect({ address: world.stack.temporalAddress });
    try {
      const { workflow } = new Client({ connection });
      const before = await workflow.getHandle(workflowId).describe();
      for (const body of ['ok', 'HELP', 'the bus stop is near', 'STOP', 'YES', 'START']) {
        await world.reply(phone, body);
      }
      await world.settle();
      const after = await workflow.getHandle(workflowId).describe();
      expect(after.historyLength).toBe(before.historyLength);
      expect(before.historyLength).toBeGreaterThan(3);
    } finally {
      await connection.close();
    }
  });

  it('YES does not open what STOP closed; START and UNSTOP do', async () => {
    for (const [userId, word] of [
      ['ida', 'START'],
      ['ivo', 'unstop'],
    ] as const) {
      const phone = await world.subscriber(userId);
      await world.reply(phone, 'STOP');
      for (const body of ['YES', 'sim', 'Y', 'subscribe', 'start please send again']) {
        await world.reply(phone, body);
        expect(await world.consent(userId)).toMatchObject({ status: 'unsubscribed' });
      }
      await world.reply(phone, word);
      expect(await world.consent(userId)).toMatchObject({ status: 'subscribed' });
    }
  });

  it('START opens to what it was before, and that may be nothing', async () => {
    const phone = '+13125550177';
    world.segment.identify({ userId: 'una', traits: { phone } });
    await world.flush();
    await world.reply(phone, 'STOP');
    for (const purpose of ['care', 'moment', 'marketing'] as const) await world.enter('una', purpose);
    await world.settle();
    expect(await world.answers('una')).toEqual(Array.from({ length: 3 }, () => 'first suppressed(consent)'));

    await world.reply(phone, 'START');
    expect((await world.consent('una'))?.status ?? 'none').toBe('none');
    await world.moveTo('2027-02-03T16:00:00Z');
    const second = (await world.answers('una')).slice(3);
    expect(second.sort()).toEqual([
      'second sent',
      'second suppressed(consent)',
      'second suppressed(consent)',
    ]);
    const [accepted, ...more] = await world.sent('user_id:una');
    expect([accepted?.slice(0, 14), more]).toEqual(['reactivation-2', []]);
  });

  it('a STOP that Twilio delivers a second time after START stops nothing', async () => {
    const phone = await world.subscriber('ole');
    const stop = text(phone, 'STOP');
    await world.twilio.inbound(stop);
    await world.twilio.inbound(text(phone, 'START'));
    expect((await world.twilio.inbound(stop)).status).toBe(200);
    expect(await world.consent('ole')).toMatchObject({ status: 'subscribed' });
  });

  it.each([
    ['is signed by another token', { token: 'f'.repeat(32) }],
    ['is signed for another address', { path: '/webhooks/twilio/status' }],
    ['is signed over another text', { form: { Body: 'ok' } }],
    ['is not signed', { unsigned: true }],
  ] as const)('a text that %s gets 403 and has no effect', async (what, forged) => {
    const userId = `forged-${what.replaceAll(' ', '-')}`;
    const phone = await world.subscriber(userId);
    expect((await world.twilio.inbound(text(phone, 'STOP'), forged)).status).toBe(403);
    expect(await world.consent(userId)).toMatchObject({ status: 'subscribed' });
    await world.reply(phone, 'STOP');
    expect((await world.twilio.inbound(text(phone, 'START'), forged)).status).toBe(403);
    expect(await world.consent(userId)).toMatchObject({ status: 'unsubscribed' });
  });
});

/** An inbound text as Twilio posts it. */
function text(from: string, body: string) {
  const sid = `SM${randomBytes(16).toString('hex')}`;
  return { MessageSid: sid, SmsSid: sid, From: from, To: '+15005550006', Body: body, NumMedia: '0' };
}

function subscribed(key: string) {
  return { messaging_subscriptions: [{ key, type: 'SMS', status: 'SUBSCRIBED' }] };
}

const newId = () => randomBytes(12).toString('hex');
