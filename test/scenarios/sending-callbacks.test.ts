import fc from 'fast-check';
import { type SendingWorld, sendingWorld } from './support/sending';
import type { Form, Forged } from './support/twilio';

let world: SendingWorld;
beforeAll(async () => {
  world = await sendingWorld({ clock: '2027-02-02T14:50:00Z' });
  // What Twilio reports is up to the test.
  await world.twilio.fault({ fault: 'callbacks_dropped', times: 'always' });
});
afterAll(() => world.end());

/** A message that was just handed over, and a way to report on it. */
interface Sent {
  readonly sid: string;
  report(status: string, errorCode?: string, forged?: Forged): Promise<number>;
  /** Where the ledger has it. */
  state(): Promise<{ status: unknown; errorCode: unknown }>;
}

async function sentTo(userId: string): Promise<Sent> {
  const [send] = (await world.history(`user_id:${userId}`, 'send')).filter(({ status }) => status === 'sent');
  const [sendId, sid] = [String(send?.['sendId']), String(send?.['providerSid'])];
  return {
    sid,
    report: (status, errorCode, forged) => {
      const code: Form = errorCode === undefined ? {} : { ErrorCode: errorCode };
      return world.twilio.callback(sendId, { MessageSid: sid, MessageStatus: status, ...code }, forged);
    },
    state: async () => {
      const path = `/api/sends?customer=user_id:${userId}`;
      const { body } = await world.call<{ items: { sendId: string; status: string; errorCode?: string }[] }>(
        'GET',
        path,
      );
      const found = body.items.find((item) => item.sendId === sendId);
      return { status: found?.status, errorCode: found?.errorCode };
    },
  };
}

/** How many callbacks are kept of a message; no route tells. */
async function kept({ sid }: Sent): Promise<number> {
  const { rows } = await world.db.query<{ count: number }>(
    'select count(*)::int as count from provider_callbacks where provider_sid = $1',
    [sid],
  );
  return rows[0]?.count ?? 0;
}

describe('status callbacks', () => {
  it('out of order, doubled and forged', async () => {
    await world.subscriber('ada');
    await world.exactly('2027-02-02T15:00:01Z', () => world.enter('ada', 'marketing'));
    const sent = await sentTo('ada');
    const report = (instant: string, status: string) =>
      world.exactly(instant, async () => expect(await sent.report(status)).toBe(204));
    await report('2027-02-02T15:00:04Z', 'delivered');
    await report('2027-02-02T15:00:05Z', 'sent');
    await report('2027-02-02T15:00:06Z', 'delivered');

    const forgeries: readonly Forged[] = [
      { token: '0'.repeat(32) },
      { path: '/webhooks/twilio/status' },
      { form: { MessageSid: sent.sid, MessageStatus: 'delivered' } },
      { unsigned: true },
    ];
    for (const forged of forgeries) expect(await sent.report('failed', '30005', forged)).toBe(403);

    expect(await world.lives('ada')).toEqual([
      'reserved 15:00:01 submitting 15:00:01 sent 15:00:01 delivered 15:00:04',
    ]);
    expect(await kept(sent)).toBe(2);
    expect(await sent.state()).toEqual({ status: 'delivered', errorCode: undefined });
  });

  const ends = {
    delivered: [['queued'], ['sending'], ['sent'], ['delivered']],
    read: [['queued'], ['sent'], ['delivered'], ['read']],
    undelivered: [['queued'], ['sent'], ['undelivered', '30003']],
    failed: [['queued'], ['failed', '30008']],
    canceled: [['scheduled'], ['canceled']],
  } as const satisfies { [end: string]: readonly (readonly [status: string, code?: string])[] };

  it('any selection of them, in any order and however often, comes to the same status and code', async () => {
    let messages = 0;
    const histories = fc
      .constantFrom(...Object.values(ends))
      .chain((way) => fc.array(fc.constantFrom(...way), { minLength: 1, maxLength: 8 }));
    await fc.assert(
      fc.asyncProperty(histories, fc.boolean(), async (reports, atOnce) => {
        const userId = `any-order-${messages++}`;
        await world.subscriber(userId);
        await world.enter(userId, 'marketing');
        await world.settle();
        const sent = await sentTo(userId);
        if (atOnce) await Promise.all(reports.map(([status, code]) => sent.report(status, code)));
        else for (const [status, code] of reports) await sent.report(status, code);

        const highest = reports.reduce((best, next) => (ranks[next[0]] > ranks[best[0]] ? next : best));
        expect(await sent.state()).toEqual({
          status: ranks[highest[0]] <= ranks.sent ? 'sent' : highest[0],
          errorCode: reports.find(([, code]) => code !== undefined)?.[1],
        });
        expect(await kept(sent)).toBe(new Set(reports.map(([status]) => status)).size);
        const [life] = await world.lives(userId);
        const known = (life ?? '').match(/[a-z]+/g)?.slice(2) as (keyof typeof ranks)[];
        expect(known.map((status) => ranks[status])).toEqual(
          known.map((status) => ranks[status]).sort((a, b) => a - b),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('of two different ends the first stands, and an error code is never erased', async () => {
    await world.subscriber('eva');
    await world.subscriber('ivo');
    await world.enter('eva', 'marketing');
    await world.enter('ivo', 'marketing');
    await world.settle();
    const [eva, ivo] = [await sentTo('eva'), await sentTo('ivo')];
    await eva.report('undelivered', '30003');
    await eva.report('delivered');
    expect(await eva.state()).toEqual({ status: 'undelivered', errorCode: '30003' });
    await eva.report('read');
    expect(await eva.state()).toEqual({ status: 'read', errorCode: '30003' });
    await ivo.report('delivered');
    await ivo.report('failed', '30008');
    expect((await ivo.state()).status).toBe('delivered');
  });

  it('for a message that nobody knows is kept and answered 204', async () => {
    const sid = `SM${'c'.repeat(32)}`;
    const form = { MessageSid: sid, MessageStatus: 'sent' };
    expect(await world.twilio.callback('019c2f10-0000-7000-8000-000000000000', form)).toBe(204);
    expect(await world.twilio.callback('not-an-id', { ...form, MessageStatus: 'delivered' })).toBe(204);
    const { rows } = await world.db.query('select status from provider_callbacks where provider_sid = $1', [
      sid,
    ]);
    expect(rows.map(({ status }) => status as string).sort()).toEqual(['delivered', 'sent']);
  });
});

const ranks = {
  scheduled: 0,
  queued: 2,
  sending: 3,
  sent: 4,
  delivered: 5,
  undelivered: 5,
  failed: 5,
  canceled: 5,
  read: 6,
} as const;
