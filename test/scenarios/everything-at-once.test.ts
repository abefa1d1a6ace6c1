import { days } from '../../catalog/duration';
import { workspace } from '../../catalog/workspace';
import { gateWorld, type GateWorld } from './support/gate';
import { bySides, type Someone } from './support/sides';

/** Two o'clock at night in New York; of five customers each has one reason fewer not to be sent marketing. */
const night = '2027-02-02T07:00:00Z';
const settings = {
  topics: { offers: { consent: 'opt-in' }, 'care-news': { consent: 'opt-out' } },
  caps: [{ purpose: 'marketing', channel: 'sms', most: 1, per: days(1) }],
} as const;

let world: GateWorld;
let everything: Someone;
let subscribed: Someone;
let unlocked: Someone;
let treated: Someone;
let rested: Someone;

beforeAll(async () => {
  world = await gateWorld('2027-02-01T14:30:00Z', 'everything', settings);
  const { heldOut, others } = await bySides(world, 50, { heldOut: 3, others: 2 });
  [everything, subscribed, unlocked] = heldOut as [Someone, Someone, Someone];
  [treated, rested] = others as [Someone, Someone];

  // Had a marketing text in the morning, some by a campaign that locks for two weeks; nobody was held out then.
  await world.exactly('2027-02-01T15:00:00Z', async () => {
    for (const { userId } of [everything, subscribed]) await world.happens(userId, 'Order Completed');
    for (const { userId } of [unlocked, treated])
      await world.happens(userId, 'Feature Adopted', { feature: 'search' });
  });
  await world.change({ workspace: { ...workspace, ...settings, holdout: { percent: 50 } } });

  await world.exactly('2027-02-02T06:00:00Z', async () => {
    const status = 'UNSUBSCRIBED';
    const groups = Object.keys(settings.topics).map((name) => ({ name, status }));
    const messaging_subscriptions = [{ key: everything.phone, type: 'SMS', status, groups }];
    await world.post('/v1/identify', { userId: everything.userId, context: { messaging_subscriptions } });
  });
  const all = [everything, subscribed, unlocked, treated, rested];
  await world.exactly('2027-02-02T06:59:00Z', async () => {
    for (const { userId } of [everything, subscribed, unlocked, treated])
      await world.happens(userId, 'Feature Adopted', { feature: 'maps' });
    await world.happens(rested.userId, 'Order Completed');
  });
  await world.exactly(night, async () => {
    for (const { userId } of all)
      await world.happens(userId, 'Appointment Booked', {
        appointmentId: 'A1',
        startsAt: '2027-06-01T15:00:00Z',
      });
  });
}, 120_000);
afterAll(() => world.end());

it('marketing is refused there for each of the reasons in turn', async () => {
  const last = async ({ userId }: Someone, journey = 'news') => (await world.asks(userId, journey)).at(-1);
  expect([
    await last(everything),
    await last(subscribed),
    await last(unlocked),
    await last(treated),
    await last(rested, 'alpha'),
  ]).toEqual([
    'suppressed(consent) @ 2027-02-02T06:59:00Z',
    'deferred(locked) @ 2027-02-02T06:59:00Z > 2027-02-15T15:00:00Z',
    'suppressed(holdout) @ 2027-02-02T06:59:00Z',
    'suppressed(capped) @ 2027-02-02T06:59:00Z',
    'deferred(quiet_hours) @ 2027-02-02T06:59:00Z > 2027-02-02T13:00:00Z',
  ]);
});

it('what is transactional, such as a login code, is sent at once to all of them, whatever holds', async () => {
  for (const { userId } of [everything, subscribed, unlocked, treated, rested]) {
    expect(await world.asks(userId, 'care')).toEqual([`send @ ${night}`]);
    expect((await world.sent(`user_id:${userId}`)).at(-1)).toBe(`appointment-confirmation @ ${night}`);
  }
  const checks = await world.checks(everything.userId);
  expect(checks.map(({ check, result }) => `${check} ${result}`)).toEqual(
    [
      'erased',
      'consent',
      'ended',
      'lifecycle',
      'lock',
      'holdout',
      'cap',
      'quiet_hours',
      'pace',
      'content',
    ].map((check) => `${check} passed`),
  );
});

it('it counts toward no cap and takes no lock: in the morning a campaign has its turn', async () => {
  await world.moveTo('2027-02-02T14:00:00Z');
  expect((await world.asks(rested.userId, 'alpha')).at(-1)).toBe('send @ 2027-02-02T13:00:00Z');
});

it('STOP holds it back, and START lets the next one pass', async () => {
  const booked = (appointmentId: string) =>
    world.happens(everything.userId, 'Appointment Booked', {
      appointmentId,
      startsAt: '2027-06-01T15:00:00Z',
    });
  await world.exactly('2027-02-03T07:00:00Z', async () => {
    await world.reply(everything.phone, 'STOP');
    await booked('A2');
  });
  await world.exactly('2027-02-03T07:10:00Z', async () => {
    await world.reply(everything.phone, 'START');
    await booked('A3');
  });
  expect((await world.asks(everything.userId, 'care')).slice(1)).toEqual([
    'suppressed(consent) @ 2027-02-03T07:00:00Z',
    'send @ 2027-02-03T07:10:00Z',
  ]);
});
