import type { WhyAnswer } from '../../client/why/why';
import { type SendingWorld, sendingWorld } from './support/sending';

let world: SendingWorld;
beforeAll(async () => {
  world = await sendingWorld({ clock: '2027-01-05T14:50:00Z' });
});
afterAll(() => world.end());

async function why(customer: string, more: { [name: string]: string } = {}): Promise<WhyAnswer> {
  const query = new URLSearchParams({ customer: `user_id:${customer}`, ...more });
  const { status, body } = await world.call<WhyAnswer>('GET', `/api/why?${query.toString()}`);
  expect([status, body]).toMatchObject([200, {}]);
  return body;
}

describe('why a message did not go out', () => {
  it('is told by the values of the decision, not of today, thirteen months later', async () => {
    const three = ['ximena', 'xavier', 'xiao'];
    const phones = new Map<string, string>();
    await world.exactly('2027-01-05T15:00:00Z', async () => {
      for (const userId of three) phones.set(userId, await world.subscriber(userId));
    });
    await world.exactly('2027-02-02T15:00:00Z', async () => {
      for (const userId of three) await world.enter(userId, 'marketing');
    });
    // Ten in the evening in New York, of the same day.
    await world.exactly('2027-02-03T03:00:00Z', async () => {
      for (const userId of three) await world.track(userId, 'Feature Adopted', { feature: 'find-provider' });
    });
    await world.moveTo('2027-03-01T15:00:00Z');
    for (const phone of phones.values()) await world.reply(phone, 'STOP');
    await world.moveTo('2028-03-01T15:00:00Z');

    const question = { message: 'reactivation-2', journey: 'evening-note', at: '2027-02-03T03:00:00Z' };
    const answers = await Promise.all(three.map((userId) => why(userId, question)));
    // One in ten is held out, and none of the three is once in a thousand.
    const { decision, answer, send } =
      answers.find((one) => one.decision?.reason !== 'holdout') ?? answers[0] ?? fail();
    expect(answer).toBe(
      'reactivation-2 of evening-note, asked for at 2027-02-03T03:00:00.000Z, was suppressed: capped.',
    );
    expect(decision).toMatchObject({
      at: '2027-02-03T03:00:00.000Z',
      verdict: 'suppressed',
      reason: 'capped',
    });
    expect(decision?.checks.map(({ check, result }) => `${check} ${result}`)).toEqual([
      'erased passed',
      'consent passed',
      'ended passed',
      'lifecycle passed',
      'lock passed',
      'holdout passed',
      'cap refused',
    ]);
    expect(decision?.notAsked).toEqual(['quiet_hours', 'pace', 'content']);
    const saw = Object.fromEntries(decision?.checks.map((check) => [check.check, check.saw]) ?? []);
    expect(saw).toMatchObject({
      consent: {
        status: 'subscribed',
        at: expect.stringMatching(/^2027-01-05T/),
        source: expect.any(String),
      },
      holdout: { heldOut: false, asked: [{ experiment: 'evening-note', arm: 'treatment', percent: 10 }] },
      cap: { caps: [{ counted: 1, most: 1, on: '2027-02-02' }] },
    });
    expect(send).toBeUndefined();
  }, 120_000);

  it('is told by a date, which means the end of that day where the customer is', async () => {
    const question = { journey: 'twice-marketing' };
    const first = await why('ximena', { ...question, at: '2027-02-02' });
    expect(first).toMatchObject({ decision: { verdict: 'send' }, send: { status: 'delivered' } });
    expect((await why('ximena', { ...question, at: '2027-02-03' })).decision?.step).toBe('reactivation-2');
    expect((await why('ximena', { ...question, at: '2027-02-01' })).decision).toBeUndefined();
    const bad = await world.call('GET', '/api/why?customer=user_id:ximena&at=yesterday');
    expect(bad).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } });
    expect((await world.call('GET', '/api/why?customer=user_id:nobody')).status).toBe(404);
  });

  it('because the event never came, or is in quarantine, misspelled or malformed', async () => {
    await world.subscriber('yara');
    const never = await why('yara', { journey: 'twice-moment' });
    expect(never.journeys).toMatchObject([{ standing: 'no_event', enters: { event: 'Visit Checked In' } }]);
    expect(never.answer).toBe('twice-moment was never entered: no Visit Checked In had come.');

    await world.post('/v1/track', {
      userId: 'yara',
      messageId: 'q1',
      event: 'visit checked in',
      properties: {},
    });
    const misspelled = await why('yara', { journey: 'twice-moment' });
    expect(misspelled.journeys).toMatchObject([{ standing: 'quarantined', messageId: 'q1' }]);

    const properties = { providerId: 'P1' };
    await world.post('/v1/track', { userId: 'yara', messageId: 'q2', event: 'Visit Checked In', properties });
    const { answer, journeys } = await why('yara', { journey: 'twice-moment' });
    expect(journeys).toMatchObject([{ standing: 'quarantined', violations: [{ code: 'required' }] }]);
    expect(answer).toMatch(/Visit Checked In \(q2\) .* is in quarantine: required: visitId/);
  });

  it('because no launch found the customer in the audience, with what they miss of it', async () => {
    await world.subscriber('zora');
    const { answer, journeys } = await why('zora', { journey: 'autumn-offer' });
    expect(journeys).toMatchObject([
      {
        standing: 'not_launched',
        enters: { audience: 'searched-without-redeeming' },
        conditions: [
          { condition: 'did Provider Searched within 30 days', holds: false },
          { condition: 'did not Offer Redeemed', holds: true },
        ],
      },
    ]);
    expect(answer).toMatch(/Today they miss: did Provider Searched within 30 days\.$/);
  });

  it('because entry was refused, the run was over, or the journey or all sending was held', async () => {
    await world.subscriber('zoe');
    await world.moveTo('2028-03-02T15:00:00Z');
    await world.enter('zoe', 'moment');
    await world.settle();
    await world.enter('zoe', 'moment');
    await world.settle();
    const refused = await why('zoe', { journey: 'twice-moment' });
    expect(refused.journeys).toMatchObject([{ standing: 'refused', reason: 'already_open' }]);

    await world.call('POST', '/api/sends/halt', {});
    await world.enter('zoe', 'care');
    await world.settle();
    const held = await why('zoe', { journey: 'twice-care' });
    expect(held).toMatchObject({
      held: { by: 'halted', message: 'reactivation-1' },
      journeys: [{ standing: 'entered', held: { by: 'halted' } }],
    });
    expect(held.answer).toMatch(/^reactivation-1 has been waiting since .*: all sending was halted\./);
    await world.call('POST', '/api/sends/resume', {});
    await world.settle();
    expect(await why('zoe', { journey: 'twice-care' })).toMatchObject({ decision: { verdict: 'send' } });
  });
});

function fail(): never {
  throw new Error('There is no answer');
}
