import { days } from '../../catalog/duration';
import type { FrequencyCap } from '../../catalog/sending';
import { phone, play } from './support/acts';
import { gateWorld, type GateWorld } from './support/gate';

/** A workspace without quiet hours, whose customers had a text late in the evening of 2 February in New York. */
async function evening(
  cap: Pick<FrequencyCap, 'most' | 'per'>,
  customers: readonly string[],
): Promise<GateWorld> {
  const world = await gateWorld('2027-02-03T04:00:00Z', 'caps', {
    quietHours: { from: '00:00', to: '00:00' },
    caps: [{ purpose: 'marketing', channel: 'sms', ...cap }],
  });
  await play(world, [
    ...customers.map((userId, n) => ({
      at: '2027-02-03T04:10:00Z',
      does: () => world.subscribe(userId, phone(300 + n)),
    })),
    ...customers.map((userId) => ({
      at: '2027-02-03T04:30:00Z',
      does: () => world.happens(userId, 'Feature Adopted', { feature: 'first' }),
    })),
  ]);
  return world;
}

let world: GateWorld;
afterEach(() => world.end());

it('a cap of a day counts by the local calendar: past midnight there is room', async () => {
  world = await evening({ most: 1, per: 'day' }, ['x', 'late']);
  await play(world, [
    {
      at: '2027-02-03T04:59:59Z',
      does: () => world.happens('late', 'Feature Adopted', { feature: 'second' }),
    },
    { at: '2027-02-03T05:10:00Z', does: () => world.happens('x', 'Feature Adopted', { feature: 'second' }) },
  ]);
  expect((await world.asks('late')).at(-1)).toBe('suppressed(capped) @ 2027-02-03T04:59:59Z');
  expect((await world.asks('x')).at(-1)).toBe('send @ 2027-02-03T05:10:00Z');
  const [, , , , , , cap] = await world.checks('late');
  expect(cap).toEqual({
    check: 'cap',
    result: 'refused',
    saw: { caps: [{ counted: 1, most: 1, on: '2027-02-02' }] },
  });
}, 120_000);

it('a rolling cap counts back from the ask: full, it defers to the first instant with room, skips, or ends the run', async () => {
  world = await evening({ most: 1, per: days(1) }, ['defers', 'skips', 'exits']);
  await play(world, [
    {
      at: '2027-02-03T05:10:00Z',
      does: () => world.happens('defers', 'Provider Searched', { searchId: 'S1' }),
    },
    {
      at: '2027-02-03T05:10:00Z',
      does: () => world.happens('skips', 'Feature Adopted', { feature: 'second' }),
    },
    { at: '2027-02-03T05:10:00Z', does: () => world.happens('exits', 'Order Completed') },
  ]);
  await world.moveTo('2027-02-04T05:00:00Z');
  expect((await world.asks('defers')).slice(1)).toEqual([
    'deferred(capped) @ 2027-02-03T05:10:00Z > 2027-02-04T04:30:00Z',
    'send @ 2027-02-04T04:30:00Z',
  ]);
  expect((await world.asks('skips')).slice(1)).toEqual(['suppressed(capped) @ 2027-02-03T05:10:00Z']);
  expect((await world.runs('user_id:skips')).at(-1)).toBe('news completed @ 2027-02-03T05:10:00Z');
  expect((await world.asks('exits')).slice(1)).toEqual(['suppressed(capped) @ 2027-02-03T05:10:00Z']);
  expect((await world.runs('user_id:exits', 'shy-news')).at(-1)).toBe(
    'shy-news exited capped @ 2027-02-03T05:10:00Z',
  );
  expect(await world.outcomes('user_id:exits')).toEqual([]);
}, 120_000);

it('a journey may give up at night what others hold to the morning', async () => {
  world = await gateWorld('2027-02-03T01:00:00Z', 'caps');
  await world.subscribe('owl', phone(310));
  await world.exactly('2027-02-03T02:00:00Z', () => world.happens('owl', 'Order Completed'));
  expect(await world.asks('owl')).toEqual([
    'suppressed(quiet_hours) @ 2027-02-03T02:00:00Z',
    'suppressed(quiet_hours) @ 2027-02-03T02:00:00Z',
  ]);
  expect((await world.runs('user_id:owl')).at(-1)).toBe('shy-news completed @ 2027-02-03T02:00:00Z');
});
