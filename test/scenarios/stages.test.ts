import { reactivation } from '../../workflows/reactivation/v1';
import { phone, play } from './support/acts';
import { words } from './support/readings';
import { type TestWorld, testWorld } from './support/world';

/** One running stack; the tests go on in time where the one before stopped. */
let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ clock: '2026-10-01T03:00:00Z', project: { journeys: [reactivation] } });
  await world.exactly('2026-10-01T03:30:00Z', registerAll);
});
afterAll(() => world.end());

/** Where customers are, their local day of registration, and the midnight that begins their day 90. */
const places = [
  ['America/New_York', '2026-12-29T05:00:00Z', '2026-12-29T13:00:00Z'],
  ['America/Los_Angeles', '2026-12-29T08:00:00Z', '2026-12-29T16:00:00Z'],
  ['America/Sao_Paulo', '2026-12-30T03:00:00Z', '2026-12-30T11:00:00Z'],
  ['Europe/London', '2026-12-30T00:00:00Z', '2026-12-30T08:00:00Z'],
  ['Asia/Kolkata', '2026-12-29T18:30:00Z', '2026-12-30T02:30:00Z'],
  ['Australia/Lord_Howe', '2026-12-29T13:00:00Z', '2026-12-29T21:00:00Z'],
] as const;
const quiet = ['quiet', 'early', 'punctual', 'by-page', 'by-screen', 'by-identify', 'by-old-event', 'spring'];

async function registerAll() {
  const userIds = [...quiet, ...places.map(([zone]) => zone), ...places.map(([zone]) => `busy ${zone}`)];
  for (const [n, userId] of userIds.entries()) {
    const zone = places.find(([name]) => userId.endsWith(name))?.[0];
    await world.subscribe(userId, phone(n), zone && { timezone: zone });
    await world.happens(userId, 'Account Registered');
  }
}

const stages = async (userId: string) =>
  (await world.history(`user_id:${userId}`, 'stage')).map(
    (change) => `${words(change, 'from', 'to')} @ ${change.at.slice(0, 19)}Z`,
  );
const opened = (...userIds: string[]) =>
  async function open() {
    for (const userId of userIds) await world.happens(userId, 'App Opened');
  };
const texts = async (userId: string) =>
  (await world.sent(`user_id:${userId}`)).filter((text) => text.startsWith('reactivation'));

describe('who registered', () => {
  it('is new until the local midnight that begins day 90, wherever that is', async () => {
    const busy = places.map(([zone]) => `busy ${zone}`);
    await play(world, [
      { at: '2026-11-15T16:00:00Z', does: opened(...busy, ...quiet) },
      { at: '2027-01-04T17:00:00Z', does: opened(...quiet.filter((userId) => userId !== 'spring')) },
    ]);
    for (const [zone, midnight, morning] of places) {
      expect([zone, await stages(`busy ${zone}`)]).toEqual([
        zone,
        ['registered new @ 2026-10-01T03:30:00Z', `new active @ ${midnight}`],
      ]);
      // Idle for sixty days by then; the text that midnight would bring waits for the morning.
      expect([zone, await stages(zone)]).toEqual([
        zone,
        ['registered new @ 2026-10-01T03:30:00Z', `new inactive @ ${midnight}`],
      ]);
      expect([zone, (await texts(zone))[0]]).toEqual([zone, `reactivation-1 @ ${morning}`]);
    }
  });

  it('has gone quiet sixty days after the last activity, and is back with the next', async () => {
    await world.exactly('2027-02-10T12:00:00Z', opened('spring'));
    await world.exactly('2027-03-08T17:30:00Z', opened('quiet', 'early', 'punctual'));
    await world.moveTo('2027-03-12T18:00:00Z');
    expect(await stages('quiet')).toEqual([
      'registered new @ 2026-10-01T03:30:00Z',
      'new active @ 2026-12-29T05:00:00Z',
      'active inactive @ 2027-03-05T17:00:00Z',
      'inactive reactivated @ 2027-03-08T17:30:00Z',
    ]);
    expect(await world.runs('user_id:quiet', 'reactivation')).toEqual([
      'reactivation entered @ 2027-03-05T17:00:00Z',
      'reactivation exited exit_stage @ 2027-03-08T17:30:00Z',
    ]);
    expect(await texts('quiet')).toEqual(['reactivation-1 @ 2027-03-05T17:00:00Z']);
    const moves = (await world.history('user_id:quiet', 'event')).filter(
      ({ name }) => name === 'Lifecycle Stage Changed',
    );
    expect(moves.map(({ at, properties }) => ({ at, properties }))).toMatchObject([
      { properties: { to: 'new' } },
      { properties: { from: 'new', to: 'active' } },
      { at: '2027-03-05T17:00:00.000Z', properties: { from: 'active', to: 'inactive' } },
      { at: '2027-03-08T17:30:00.000Z', properties: { from: 'inactive', to: 'reactivated' } },
    ]);
  });

  it('is brought back by a page and a screen, not by what others say or what is told late', async () => {
    await world.exactly('2027-03-13T16:00:00Z', async () => {
      world.segment.page({ userId: 'by-page', name: 'Home' });
      world.segment.screen({ userId: 'by-screen', name: 'Start' });
      world.segment.identify({ userId: 'by-identify', traits: { plan: 'gold' } });
      await world.flush();
      const event = { userId: 'by-old-event', event: 'App Opened' };
      // Sixty days and a second before now: by it the customer would be inactive today all the same.
      await world.post('/v1/track', { ...event, timestamp: '2027-01-12T15:59:59Z' });
    });
    expect((await stages('by-page')).at(-1)).toBe('inactive reactivated @ 2027-03-13T16:00:00Z');
    expect((await stages('by-screen')).at(-1)).toBe('inactive reactivated @ 2027-03-13T16:00:00Z');
    expect((await stages('by-identify')).at(-1)).toBe('active inactive @ 2027-03-05T17:00:00Z');
    expect((await stages('by-old-event')).at(-1)).toBe('active inactive @ 2027-03-05T17:00:00Z');
  });

  it('gets the second text and the third, a week apart by the local clock, while nothing happens', async () => {
    await world.moveTo('2027-03-20T00:00:00Z');
    expect(await texts('by-identify')).toEqual([
      'reactivation-1 @ 2027-03-05T17:00:00Z',
      'reactivation-2 @ 2027-03-12T17:00:00Z',
      'reactivation-3 @ 2027-03-19T16:00:00Z',
    ]);
    expect((await world.runs('user_id:by-identify', 'reactivation')).at(-1)).toBe(
      'reactivation completed @ 2027-03-19T16:00:00Z',
    );
  });

  it('may be won back again after ninety days, which are 7,776,000 seconds', async () => {
    await play(world, [
      { at: '2027-04-07T17:29:59Z', does: opened('early') },
      { at: '2027-04-07T17:30:00Z', does: opened('punctual') },
    ]);
    await world.moveTo('2027-06-06T18:00:00Z');
    expect((await world.runs('user_id:early', 'reactivation')).slice(2)).toEqual([
      'reactivation refused too_soon @ 2027-06-06T17:29:59Z',
    ]);
    expect(await texts('early')).toEqual(['reactivation-1 @ 2027-03-05T17:00:00Z']);
    expect((await world.runs('user_id:punctual', 'reactivation')).slice(2)).toEqual([
      'reactivation entered @ 2027-06-06T17:30:00Z',
    ]);
    expect(await texts('punctual')).toEqual([
      'reactivation-1 @ 2027-03-05T17:00:00Z',
      'reactivation-1 @ 2027-06-06T17:30:00Z',
    ]);
  });

  it('is idle by elapsed days, over a change of the clocks too', async () => {
    expect((await stages('spring')).slice(1)).toEqual([
      'new active @ 2026-12-29T05:00:00Z',
      'active inactive @ 2027-01-14T16:00:00Z',
      'inactive reactivated @ 2027-02-10T12:00:00Z',
      'reactivated inactive @ 2027-04-11T12:00:00Z',
    ]);
  });
});

describe('who never registered', () => {
  it('has no stage, whatever they do', async () => {
    await world.track('guest', 'App Opened');
    expect(await stages('guest')).toEqual([]);
    expect(await world.customer('user_id:guest')).not.toHaveProperty('stage');
  });
});
