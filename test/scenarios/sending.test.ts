import { type SendingWorld, sendingWorld } from './support/sending';

let world: SendingWorld | undefined;
afterEach(async () => {
  await world?.end();
  world = undefined;
});

/** A world whose clock begins a little before three in the afternoon, UTC. */
async function open(clock = '2027-02-02T14:50:00Z'): Promise<SendingWorld> {
  world = await sendingWorld({ clock });
  return world;
}

const silence = { fault: 'callbacks_dropped', times: 'always' };

describe('a create whose answer does not come', () => {
  it('is settled by a callback that carries our id, or found in the list, and is never made twice', async () => {
    const { twilio, ...at } = await open();
    const phones = { x: await at.subscriber('x'), y: await at.subscriber('y') };
    const faults = await Promise.all(
      Object.values(phones).map(async (to) => {
        await twilio.fault({ ...silence, to });
        return twilio.fault({ fault: 'accept_then_hang', to, times: 'always' });
      }),
    );
    await at.exactly('2027-02-02T15:00:30Z', async () => {
      await at.enter('x', 'moment');
      await at.enter('y', 'marketing');
    });
    const unknown = 'reserved 15:00:30 submitting 15:00:30 unknown 15:00:30';
    expect([await at.lives('x'), await at.lives('y')]).toEqual([[unknown], [unknown]]);

    const [taken] = await twilio.accepted(phones.x);
    const sid = String(taken?.sid);
    await at.exactly('2027-02-02T15:01:10Z', async () => {
      const [send] = await at.history('user_id:x', 'send');
      const form = { MessageSid: sid, MessageStatus: 'sent', To: phones.x };
      expect(await twilio.callback(String(send?.['sendId']), form)).toBe(204);
    });
    await at.moveTo('2027-02-02T15:30:00Z');
    expect(await at.lives('x')).toEqual([`${unknown} sent 15:01:10`]);
    // The list is looked at a minute after the create, and tells how far the message has got.
    expect(await at.lives('y')).toEqual([`${unknown} sent 15:01:30 delivered 15:01:30`]);

    for (const [userId, phone] of Object.entries(phones)) {
      expect(await at.answers(userId)).toEqual(['first sent']);
      const accepted = await twilio.accepted(phone);
      const told = (await at.history(`user_id:${userId}`, 'send')).at(-1);
      expect(accepted.map((message) => message.sid)).toEqual([told?.['providerSid']]);
    }
    expect(await Promise.all(faults.map((fault) => fault.fired()))).toEqual([1, 1]);
  });

  it('and is not found: a transactional one is created once more, in its row; the others have failed', async () => {
    const { twilio, ...at } = await open();
    for (const purpose of ['care', 'moment', 'marketing'] as const) {
      const to = await at.subscriber(purpose);
      await twilio.fault({ fault: 'reset_before_accept', to });
    }
    const stopped = await at.subscriber('stopped');
    await twilio.fault({ fault: 'reset_before_accept', to: stopped });
    const unlucky = await at.subscriber('unlucky');
    const twice = await twilio.fault({ fault: 'reset_before_accept', to: unlucky, times: 'always' });

    await at.exactly('2027-02-02T15:00:30Z', async () => {
      for (const purpose of ['care', 'moment', 'marketing'] as const) await at.enter(purpose, purpose);
      await at.enter('stopped', 'care');
      await at.enter('unlucky', 'care');
    });
    await at.reply(stopped, 'STOP');
    await at.moveTo('2027-02-02T16:00:00Z');

    const unknown = 'reserved 15:00:30 submitting 15:00:30 unknown 15:00:30';
    expect(await at.lives('care')).toEqual([
      `${unknown} submitting 15:05:30 sent 15:05:30 delivered 15:05:30`,
    ]);
    expect(await at.verdicts('care')).toEqual(['send 15:00:30', 'send 15:05:30']);
    expect(await at.answers('care')).toEqual(['first sent']);
    for (const purpose of ['moment', 'marketing']) {
      expect(await at.lives(purpose)).toEqual([`${unknown} failed 15:05:30`]);
      expect(await at.verdicts(purpose)).toEqual(['send 15:00:30']);
      expect(await at.answers(purpose)).toEqual(['first failed(unresolved)']);
    }
    // The gate is asked again before the second create.
    expect(await at.lives('stopped')).toEqual([`${unknown} failed 15:05:30`]);
    expect(await at.verdicts('stopped')).toEqual(['send 15:00:30', 'suppressed(consent) 15:05:30']);
    // There is no third.
    expect(await at.lives('unlucky')).toEqual([
      `${unknown} submitting 15:05:30 unknown 15:05:30 failed 15:10:30`,
    ]);
    expect(await twice.fired()).toBe(2);
    expect(await at.answers('unlucky')).toEqual(['first failed(unresolved)']);
  });
});

describe('too many requests', () => {
  it('the next create is when Twilio said, in the same row, and the run sees a send that took longer', async () => {
    const { twilio, ...at } = await open();
    const to = await at.subscriber('ada');
    await twilio.fault({ fault: 'rate_limited', retryAfter: 7, to });
    await at.exactly('2027-02-02T15:00:00Z', () => at.enter('ada', 'marketing'));
    await at.moveTo('2027-02-03T15:30:00Z');
    expect(await at.lives('ada')).toEqual([
      'reserved 15:00:00 submitting 15:00:00 reserved 15:00:00 submitting 15:00:07 sent 15:00:07 delivered 15:00:07',
      'reserved 15:00:00 submitting 15:00:00 sent 15:00:00 delivered 15:00:00',
    ]);
    expect(await at.answers('ada')).toEqual(['first sent', 'second sent']);
    expect(await twilio.accepted(to)).toHaveLength(2);
  });

  it('the gate is asked again before it: what has become night meanwhile waits for the morning', async () => {
    const { twilio, ...at } = await open('2027-02-03T01:30:00Z');
    const to = await at.subscriber('ada');
    await twilio.fault({ fault: 'rate_limited', retryAfter: 7, to });
    await at.exactly('2027-02-03T01:59:55Z', () => at.enter('ada', 'marketing'));
    await at.moveTo('2027-02-03T13:30:00Z');
    expect(await at.lives('ada')).toEqual([
      'reserved 01:59:55 submitting 01:59:55 reserved 01:59:55 submitting 13:00:00 sent 13:00:00 delivered 13:00:00',
    ]);
    expect(await at.verdicts('ada')).toEqual([
      'send 01:59:55',
      'deferred(quiet_hours) 02:00:02',
      'send 13:00:00',
    ]);
  });
});

it('refused for good: the journeys go on, and the next day nobody calls Twilio for that number', async () => {
  const { twilio, ...at } = await open();
  const invalid = await at.subscriber('x');
  const optedOut = await at.subscriber('y');
  await twilio.fault({ fault: 'refuse', code: 21211, to: invalid });
  await twilio.fault({ fault: 'refuse', code: 21610, to: optedOut });
  await at.exactly('2027-02-02T15:00:00Z', async () => {
    await at.enter('x', 'marketing');
    await at.enter('y', 'marketing');
  });
  expect([await at.answers('x'), await at.answers('y')]).toEqual([
    ['first failed(21211)'],
    ['first failed(21610)'],
  ]);
  expect(await at.lives('x')).toEqual(['reserved 15:00:00 submitting 15:00:00 failed 15:00:00']);

  const calls = await Promise.all(
    [invalid, optedOut].map((to) => twilio.fault({ fault: 'error_500', to, times: 'always' })),
  );
  await at.moveTo('2027-02-03T15:30:00Z');
  expect((await at.answers('x')).at(-1)).toBe('second suppressed(unreachable)');
  expect((await at.answers('y')).at(-1)).toBe('second suppressed(consent)');
  expect((await at.verdicts('x')).at(-1)).toBe('suppressed(unreachable) 15:00:00');
  expect(await at.consent('y')).toMatchObject({ status: 'unsubscribed', source: 'provider' });
  expect(await Promise.all(calls.map((call) => call.fired()))).toEqual([0, 0]);

  // Until X has another number, and Y wants to hear from us again.
  const another = '+13475550199';
  await at.track('x', 'Phone Verified', { phone: another });
  await at.subscribe('x', another);
  await at.reply(optedOut, 'START');
  await calls[1]?.clear();
  await at.exactly('2027-02-03T16:00:00Z', async () => {
    await at.enter('x', 'moment');
    await at.enter('y', 'moment');
  });
  expect((await at.answers('x')).at(-1)).toBe('first sent');
  expect(await twilio.accepted(another)).toHaveLength(1);
  expect((await at.answers('y')).at(-1)).toBe('first sent');
});
