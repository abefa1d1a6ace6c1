import { play } from './support/acts';
import { gateWorld, type GateWorld } from './support/gate';
import { bySides } from './support/sides';

/** An evening at the clinic in which not everybody may be texted; half of all customers are held out. */
let world: GateWorld;
const customers = new Map<string, { readonly userId: string; readonly phone: string }>();
const names = ['in time', 'at nine', 'unsubscribed', 'in Florida', 'in California', 'new', 'new until now'];
const who = (name: string) => customers.get(name) ?? fail(name);

beforeAll(async () => {
  world = await gateWorld('2027-02-02T18:30:00Z', 'rewards', { holdout: { percent: 50 } });
  const { heldOut, others } = await bySides(world, 50, { heldOut: 1, others: names.length });
  for (const [n, name] of names.entries()) customers.set(name, others[n] ?? fail(name));
  customers.set('held out', heldOut[0] ?? fail('held out'));

  const identify = (name: string, more: object) =>
    world.post('/v1/identify', { userId: who(name).userId, ...more });
  const checkIn = (name: string) => () =>
    world.happens(who(name).userId, 'Visit Checked In', { visitId: 'V1', providerId: 'P7' });
  await play(world, [
    {
      at: '2027-02-02T18:55:00Z',
      does: async () => {
        const key = who('unsubscribed').phone;
        const messaging_subscriptions = [{ key, type: 'SMS', status: 'UNSUBSCRIBED' }];
        await identify('unsubscribed', { context: { messaging_subscriptions } });
        await identify('in Florida', { traits: { region: 'Florida' } });
        await identify('in California', { traits: { timezone: 'America/Los_Angeles' } });
        const registered = { event: 'Account Registered', timestamp: '2026-11-05T15:00:00Z' };
        for (const name of ['new', 'new until now'])
          await world.post('/v1/track', { userId: who(name).userId, ...registered });
      },
    },
    { at: '2027-02-02T19:00:00Z', does: checkIn('unsubscribed') },
    { at: '2027-02-02T19:00:00Z', does: checkIn('held out') },
    { at: '2027-02-03T01:58:00Z', does: checkIn('in time') },
    { at: '2027-02-03T01:58:00Z', does: checkIn('in Florida') },
    { at: '2027-02-03T02:00:00Z', does: checkIn('at nine') },
    { at: '2027-02-03T02:00:00Z', does: checkIn('in California') },
    { at: '2027-02-03T03:00:00Z', does: () => world.happens(who('new').userId, 'App Opened') },
    { at: '2027-02-03T05:00:00Z', does: () => world.happens(who('new until now').userId, 'App Opened') },
  ]);
}, 120_000);
afterAll(() => world.end());

async function offersOf(name: string): Promise<string[]> {
  const path = `/api/customers/user_id:${who(name).userId}`;
  const { body } = await world.call<{ offers: { name: string; expiresAt: string }[] }>('GET', path);
  return body.offers.map((offer) => `${offer.name} until ${offer.expiresAt}`);
}

it('the reward of a patient who may not be texted is in the app all the same, but for those held out', async () => {
  const expiring = (at: string) => [`flash-reward until ${at}.000Z`];
  expect(await offersOf('unsubscribed')).toEqual(expiring('2027-02-02T21:00:00'));
  expect(await offersOf('in time')).toEqual(expiring('2027-02-03T03:58:00'));
  expect(await offersOf('at nine')).toEqual(expiring('2027-02-03T04:00:00'));
  expect(await offersOf('held out')).toEqual([]);
});

describe('by the next morning', () => {
  beforeAll(() => world.moveTo('2027-02-03T15:00:00Z'), 60_000);

  it('who came two minutes before quiet hours has the text, and no reminder at night', async () => {
    expect(await world.asks(who('in time').userId)).toEqual([
      'send @ 2027-02-03T01:58:00Z',
      'suppressed(expired) @ 2027-02-03T03:28:00Z',
    ]);
    expect(await world.sent(`user_id:${who('in time').userId}`)).toEqual([
      'flash-reward @ 2027-02-03T01:58:00Z',
    ]);
  });

  it('who came as they began has none: it would have come after the offer was over', async () => {
    expect(await world.asks(who('at nine').userId)).toEqual([
      'suppressed(expired) @ 2027-02-03T02:00:00Z',
      'suppressed(expired) @ 2027-02-03T03:30:00Z',
    ]);
    const quiet = (await world.checks(who('at nine').userId)).at(-1);
    expect(quiet).toMatchObject({
      check: 'quiet_hours',
      result: 'refused',
      saw: { local: [{ time: '22:30:00' }] },
    });
  });

  it('quiet hours are those of where the customer is: earlier in Florida, later in California', async () => {
    expect(await world.asks(who('in Florida').userId)).toEqual([
      'suppressed(expired) @ 2027-02-03T01:58:00Z',
      'suppressed(expired) @ 2027-02-03T03:28:00Z',
    ]);
    expect(await world.asks(who('in California').userId)).toEqual([
      'send @ 2027-02-03T02:00:00Z',
      'send @ 2027-02-03T03:30:00Z',
    ]);
  });

  it('what is for the first ninety days only, and asked for in the last night of them, is not sent after it', async () => {
    expect(await world.asks(who('new').userId)).toEqual([
      'deferred(quiet_hours) @ 2027-02-03T03:00:00Z > 2027-02-03T13:00:00Z',
      'suppressed(stage_ended) @ 2027-02-03T13:00:00Z',
    ]);
    const [stage] = (await world.history(`user_id:${who('new').userId}`, 'stage')).slice(-1);
    expect([stage?.from, stage?.at]).toEqual(['new', '2027-02-03T05:00:00.000Z']);
  });

  it('nor is what is asked for in the very instant that ends them, at which the run ends', async () => {
    expect(await world.runs(`user_id:${who('new until now').userId}`, 'first-days')).toEqual([
      'first-days entered @ 2027-02-03T05:00:00Z',
      'first-days exited stage_ended @ 2027-02-03T05:00:00Z',
    ]);
  });

  it.each([
    ['unsubscribed', 'consent'],
    ['held out', 'holdout'],
  ])('who is %s is refused, the reminder too, and for that reason', async (name, reason) => {
    expect(await world.asks(who(name).userId)).toEqual([
      `suppressed(${reason}) @ 2027-02-02T19:00:00Z`,
      `suppressed(${reason}) @ 2027-02-02T20:30:00Z`,
    ]);
  });

  it('Twilio has heard of none of those who were refused', async () => {
    for (const name of ['unsubscribed', 'held out', 'at nine', 'in Florida', 'new', 'new until now'])
      expect([name, await world.messagesTo(who(name).phone)]).toEqual([name, []]);
    expect(await world.messagesTo(who('in time').phone)).toHaveLength(1);
  });
});

function fail(what: string): never {
  throw new Error(`There is nobody ${what}`);
}
