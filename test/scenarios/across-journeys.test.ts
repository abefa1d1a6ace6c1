import { phone, play } from './support/acts';
import { gateWorld, type GateWorld } from './support/gate';

/** One running stack and one story of a year, in which everybody does theirs; the tests tell what came of it. */
let world: GateWorld;

const subscribe = (userId: string, number: string, traits?: object) => () =>
  world.subscribe(userId, number, { ...traits });
const news =
  (userId: string, feature = 'search') =>
  () =>
    world.happens(userId, 'Feature Adopted', { feature });
const visit = (userId: string, visitId: string) => () =>
  world.happens(userId, 'Treatment Recorded', { visitId });

/** Of each customer everything comes after the calendar's first day. */
const joined = (userId: string, n: number, traits?: object) => ({
  at: '2027-02-01T14:55:00Z',
  does: subscribe(userId, phone(n), traits),
});

beforeAll(async () => {
  world = await gateWorld('2027-02-01T14:50:00Z', 'acrossJourneys', {
    topics: { offers: { consent: 'opt-in' }, 'care-news': { consent: 'opt-out' } },
    senders: { default: {}, second: { from: '+12025550177' } },
  });
  const topics = (userId: string, status: string) => () =>
    world.post('/v1/identify', {
      userId,
      context: {
        messaging_subscriptions: [
          {
            key: phone(20),
            type: 'SMS',
            status,
            groups: [
              { name: 'offers', status },
              { name: 'care-news', status },
            ],
          },
        ],
      },
    });
  const booked = (userId: string) => () =>
    world.happens(userId, 'Appointment Booked', { appointmentId: 'A1', startsAt: '2027-06-01T15:00:00Z' });
  await play(world, [
    joined('overlap', 1),
    joined('waits', 2),
    ...['edge-1', 'edge-2', 'edge-3', 'edge-4'].map((userId, n) => joined(userId, 3 + n)),
    joined('florida', 8, { region: 'Florida' }),
    joined('spring', 9),
    joined('autumn', 10),
    joined('v', 11, { timezone: 'Pacific Time' }),
    { at: '2027-02-01T14:55:00Z', does: subscribe('w', '+15005550006') },
    joined('x', 12, { timezone: 'America/Los_Angeles' }),
    joined('y', 13),
    { at: '2027-02-01T14:55:00Z', does: subscribe('z', '+12085550153') },
    { at: '2027-02-01T14:55:00Z', does: subscribe('z2', '+12085550154') },
    joined('topical', 19),
    joined('no-topics', 20),
    joined('stopped', 21),
    { at: '2027-02-01T15:00:00Z', does: () => world.happens('overlap', 'Provider Searched') },
    {
      at: '2027-02-01T15:00:00Z',
      does: () => world.happens('waits', 'Feature Viewed', { feature: 'search' }),
    },
    { at: '2027-02-02T15:00:00Z', does: () => world.happens('topical', 'App Opened') },
    { at: '2027-02-02T15:00:00Z', does: topics('no-topics', 'UNSUBSCRIBED') },
    { at: '2027-02-02T15:00:00Z', does: () => world.reply(phone(21), 'STOP') },
    { at: '2027-02-02T15:01:00Z', does: booked('no-topics') },
    { at: '2027-02-02T15:01:00Z', does: booked('stopped') },
    ...['v', 'w', 'x', 'y', 'z'].map((userId) => ({
      at: '2027-02-02T15:30:00Z',
      does: () => {
        const timezone = { x: 'America/New_York', y: 'America/Chicago' }[userId];
        return world.post('/v1/track', {
          userId,
          event: 'Feature Adopted',
          properties: { feature: 'search' },
          ...(timezone && { context: { timezone } }),
        });
      },
    })),
    { at: '2027-02-03T04:30:00Z', does: news('z2') },
    { at: '2027-02-03T01:59:59Z', does: news('edge-1') },
    { at: '2027-02-03T02:00:00Z', does: news('edge-2') },
    { at: '2027-02-03T12:59:59Z', does: news('edge-3') },
    { at: '2027-02-03T13:00:00Z', does: news('edge-4') },
    { at: '2027-02-05T01:00:00Z', does: news('florida') },
    ...[15, 16, 17].map((hour) => ({ at: `2027-02-09T${hour}:00:00Z`, does: visit('florida', `V${hour}`) })),
    {
      at: '2027-02-09T18:00:00Z',
      does: () => world.happens('florida', 'Appointment Canceled', { appointmentId: 'A1' }),
    },
    { at: '2027-02-10T15:00:00Z', does: visit('florida', 'V18') },
    { at: '2027-03-14T03:30:00Z', does: news('spring') },
    {
      at: '2027-10-27T01:40:00Z',
      does: async () => {
        await world.subscribe('new', '+13235550155', { timezone: 'America/Los_Angeles' });
        await world.happens('new', 'Account Registered');
      },
    },
    { at: '2027-11-07T02:30:00Z', does: news('autumn') },
    { at: '2027-11-07T20:00:00Z', does: visit('new', 'V1') },
    { at: '2028-01-11T18:00:00Z', does: () => world.happens('new', 'Order Completed') },
  ]);
  await world.moveTo('2028-01-26T00:00:00Z');
}, 300_000);
afterAll(() => world.end());

describe('campaigns with a lock', () => {
  it('never overlap: of those who ask in one instant the highest priority holds, and its own sends pass', async () => {
    expect(await world.asks('overlap', 'campaign-1')).toEqual([
      'send @ 2027-02-01T15:00:00Z',
      'send @ 2027-02-03T15:00:00Z',
    ]);
    expect(await world.asks('overlap', 'campaign-2')).toEqual([
      'deferred(locked) @ 2027-02-01T15:00:00Z > 2027-02-08T15:00:00Z',
      'send @ 2027-02-08T15:00:00Z',
    ]);
    expect(await world.asks('overlap', 'campaign-3')).toEqual([
      'deferred(locked) @ 2027-02-01T15:00:00Z > 2027-02-08T15:00:00Z',
      'deferred(locked) @ 2027-02-08T15:00:00Z > 2027-02-11T15:00:00Z',
      'send @ 2027-02-11T15:00:00Z',
    ]);
  });

  it('wake up together, and go by priority again', async () => {
    expect(await world.asks('waits', 'patient-campaign-1')).toEqual(['send @ 2027-02-02T21:00:00Z']);
    expect(await world.asks('waits', 'patient-campaign-2')).toEqual([
      'deferred(locked) @ 2027-02-02T21:00:00Z > 2027-02-09T21:00:00Z',
      'send @ 2027-02-09T21:00:00Z',
    ]);
    expect(await world.asks('waits', 'patient-campaign-3')).toEqual([
      'deferred(locked) @ 2027-02-02T21:00:00Z > 2027-02-09T21:00:00Z',
      'deferred(locked) @ 2027-02-09T21:00:00Z > 2027-02-12T21:00:00Z',
      'send @ 2027-02-12T21:00:00Z',
    ]);
  });

  it('hold a journey back past the end of its stage: there it asks once more, and is over', async () => {
    const last = (await world.asks('new', 'onboarding')).slice(-2);
    expect(last).toEqual([
      'deferred(locked) @ 2028-01-14T18:00:00Z > 2028-01-25T18:00:00Z',
      'suppressed(stage_ended) @ 2028-01-25T18:00:00Z',
    ]);
    const stages = await world.history('user_id:new', 'stage');
    expect(stages.map(({ from, at }) => [from, at])).toContainEqual(['new', '2028-01-24T08:00:00.000Z']);
    expect((await world.runs('user_id:new', 'onboarding')).at(-1)).toBe(
      'onboarding exited stage_ended @ 2028-01-25T18:00:00Z',
    );
    expect((await world.sent('user_id:new')).at(-1)).toBe('reactivation-1 @ 2028-01-11T18:00:00Z');
  });
});

describe('quiet hours', () => {
  it.each([
    ['edge-1', 'send @ 2027-02-03T01:59:59Z'],
    ['edge-4', 'send @ 2027-02-03T13:00:00Z'],
  ])('are half-open: %s', async (userId, ask) => {
    expect(await world.asks(userId)).toEqual([ask]);
  });

  it.each([
    ['edge-2', '2027-02-03T02:00:00Z', '2027-02-03T13:00:00Z'],
    ['edge-3', '2027-02-03T12:59:59Z', '2027-02-03T13:00:00Z'],
    ['florida', '2027-02-05T01:00:00Z', '2027-02-05T13:00:00Z'],
    ['spring', '2027-03-14T03:30:00Z', '2027-03-14T12:00:00Z'],
    ['autumn', '2027-11-07T02:30:00Z', '2027-11-07T13:00:00Z'],
    ['x', '2027-02-02T15:30:00Z', '2027-02-02T16:00:00Z'],
    ['z', '2027-02-02T15:30:00Z', '2027-02-02T16:00:00Z'],
    ['z2', '2027-02-03T04:30:00Z', '2027-02-03T16:00:00Z'],
  ])(
    'hold back to the morning where the customer is, wherever that may be: %s',
    async (userId, at, until) => {
      expect((await world.asks(userId, 'news')).slice(0, 2)).toEqual([
        `deferred(quiet_hours) @ ${at} > ${until}`,
        `send @ ${until}`,
      ]);
    },
  );

  it.each(['v', 'w', 'y'])('are over for %s', async (userId) => {
    expect(await world.asks(userId)).toEqual(['send @ 2027-02-02T15:30:00Z']);
  });
});

it('the law allows three moments in twenty-four hours, from all our numbers together', async () => {
  expect(await world.asks('florida', 'other-moment')).toEqual([
    'suppressed(legal_limit) @ 2027-02-09T18:00:00Z',
  ]);
  expect((await world.asks('florida', 'moment')).at(-1)).toBe('send @ 2027-02-10T15:00:00Z');
});

describe('topics', () => {
  it('are opt-in or opt-out, and nothing to what is transactional', async () => {
    expect(await world.asks('topical')).toEqual([
      'suppressed(consent) @ 2027-02-02T15:00:00Z',
      'send @ 2027-02-02T15:00:00Z',
    ]);
    expect(await world.sent('user_id:no-topics')).toEqual([
      'appointment-confirmation @ 2027-02-02T15:01:00Z',
    ]);
  });

  it('are nothing to who said STOP', async () => {
    expect(await world.asks('stopped')).toEqual(['suppressed(consent) @ 2027-02-02T15:01:00Z']);
  });
});
