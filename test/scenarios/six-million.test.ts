import type { Estimate } from '../../client/launch/estimate';
import { gateWorld, type GateWorld } from './support/gate';

let world: GateWorld;
beforeAll(async () => {
  world = await gateWorld('2027-02-02T12:50:00Z', 'launches', { pace: { segmentsPerSecond: 100 } });
  const readers = { trait: 'reads', in: ['news'] } as const;
  await world.change({ audiences: { 'searched-without-redeeming': readers } });
  // So many do not come in by any door while a test waits.
  await world.db.query(
    `insert into profiles (profile_id, created_at, traits)
     select lpad(to_hex(n), 32, '0')::uuid, '2027-01-01', '{"reads": "news"}' from generate_series(1, 3000000) n`,
  );
}, 240_000);
afterAll(() => world.end());

it('a campaign of six million segments says beforehand that it takes two days, and what pace would do in one', async () => {
  await world.exactly('2027-02-02T13:00:00Z', async () => {
    const { body } = await world.call<Estimate>('GET', '/api/journeys/campaign/estimate');
    expect(body).toMatchObject({
      expected: 3_000_000,
      segmentsEach: 2,
      perSecond: 100,
      plan: {
        segments: 6_000_000,
        sendingMs: (16 * 60 + 40) * 60_000,
        perSecondForOneDay: 128.3,
        withinTheDay: false,
        windows: [
          { from: '2027-02-02T13:00:00.000Z', to: '2027-02-03T02:00:00.000Z', customers: 2_340_000 },
          { from: '2027-02-03T13:00:00.000Z', to: '2027-02-03T16:40:00.000Z', customers: 660_000 },
        ],
      },
      // Nobody has given a number: the gate says so of a sample.
      gate: { asked: 500, of: 3_000_000, verdicts: { 'suppressed(unreachable)': 500 } },
    });
  });
}, 240_000);
