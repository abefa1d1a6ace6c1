import type { WhyAnswer } from '../../client/why/why';
import { type SendingWorld, sendingWorld } from './support/sending';

let world: SendingWorld;
beforeAll(async () => {
  world = await sendingWorld({ clock: '2027-01-05T14:50:00Z' });
}, 60_000);
afterAll(() => world.end());

async function why(customer: string, more: { [name: string]: string } = {}): Promise<WhyAnswer> {
  const query = new URLSearchParams({ customer: `user_id:${customer}`, ...more });
  const { status, body } = await world.call<WhyAnswer>('GET', `/api/why?${query.toString()}`);
  expect([status, body]).toMatchObject([200, {}]);
  return body;
}

describe('why a message did not go out', () => {
  it('is told by the values of the decision, not of today, thirteen months later', async () => {
    await world.exactly('2027-01-05T15:00:00Z', () => world.subscriber('ximena'));
    // Ten in the evening in New York.
    await world.exactly('2027-02-03T03:00:00Z', () => world.enter('ximena', 'marketing'));
    await world.exactly('2027-03-01T15:00:00Z', async () => {
      await world.reply(String((await phoneOf('ximena')) ?? ''), 'STOP');
    });
    await world.moveTo('2028-03-01T15:00:00Z');

    const { decision, send, answer } = await why('ximena', {
      message: 'reactivation-1',
      at: '2027-02-03T03:00:00Z',
    });
    expect(answer).toMatch(
      /^reactivation-1 of twice-marketing, .* was deferred to 2027-02-03T13:00:00.000Z: quiet hours/,
    );
    expect(decision).toMatchObject({
      at: '2027-02-03T03:00:00.000Z',
      journey: 'twice-marketing',
      verdict: 'deferred',
      reason: 'quiet_hours',
      until: '2027-02-03T13:00:00.000Z',
      later: [{ at: '2027-02-03T13:00:00.000Z', verdict: 'send' }],
    });
    const saw = new Map(decision?.checks.map((check) => [check.check, check.saw]));
    expect(saw.get('consent')).toMatchObject({
      status: 'subscribed',
      at: expect.stringMatching(/^2027-01-05T/),
    });
    expect(decision?.checks.map(({ check }) => check).slice(0, 4)).toEqual([
      'erased',
      'consent',
      'ended',
      'lifecycle',
    ]);
    expect(decision?.notAsked.at(-1)).toBe('content');
    expect(send?.changes.map(({ status }) => status)).toEqual([
      'reserved',
      'submitting',
      'sent',
      'delivered',
    ]);
  }, 90_000);

  it('is told by a date, which means the end of that day where the customer is', async () => {
    const { decision } = await why('ximena', { at: '2027-02-02' });
    expect(decision).toMatchObject({ verdict: 'deferred' });
    expect((await why('ximena', { at: '2027-02-03' })).decision).toMatchObject({ verdict: 'send' });
    expect((await why('ximena', { at: '2027-02-01' })).decision).toBeUndefined();
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

async function phoneOf(userId: string): Promise<string | undefined> {
  const { body } = await world.call<{ identifiers: { type: string; value: string }[] }>(
    'GET',
    `/api/customers/user_id:${userId}`,
  );
  return body.identifiers.find(({ type }) => type === 'phone')?.value;
}
