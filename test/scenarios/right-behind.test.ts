import { setTimeout as delay } from 'node:timers/promises';
import { featureHowTo } from '../../workflows/feature-how-to/v1';
import { fixturesPath, greetsFirst } from './fixtures/journeys';
import { type TestWorld, testWorld } from './support/world';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({
    clock: '2027-02-02T15:00:00Z',
    project: { journeys: [featureHowTo, greetsFirst] },
    workflowsPath: fixturesPath,
  });
});
afterAll(() => world.end());

describe('an event right behind the trigger of four hundred customers', () => {
  const viewed = { event: 'Feature Viewed', properties: { feature: 'find-provider' } };
  const searched = { event: 'Provider Searched', properties: { searchId: 'S1' } };
  const adopted = { event: 'Feature Adopted', properties: { feature: 'find-provider' } };
  const gaps = ['same batch', 0, 1, 10, 50] as const;
  const customers = Array.from({ length: 400 }, (_, n) => ({
    userId: `hasty-${n}`,
    gap: gaps[n % gaps.length] ?? 0,
  }));

  beforeAll(async () => {
    for (const { userId } of customers.filter(({ gap }) => gap === 'same batch')) {
      for (const event of [viewed, searched, adopted]) world.segment.track({ userId, ...event });
    }
    await world.flush();
    await inLanes(
      customers.filter(({ gap }) => gap !== 'same batch'),
      async ({ userId, gap }) => {
        const batch = [viewed, searched].map((event) => ({ type: 'track', userId, ...event }));
        await world.post('/v1/batch', { batch });
        await delay(Number(gap));
        await world.post('/v1/track', { userId, ...adopted });
      },
    );
    await world.settle();
  }, 120_000);

  it('ends the wait that the code had not come to yet, after a first message too', async () => {
    await inLanes(customers, async ({ userId, gap }) => {
      const history = await world.history(`user_id:${userId}`);
      const adoption = history.find(({ name }) => name === adopted.event);
      const { at } = adoption ?? {};
      expect([userId, gap, ...history.flatMap(({ outcome }) => outcome ?? [])]).toEqual([
        userId,
        gap,
        `adopted ${String(adoption?.['messageId'])}`,
      ]);
      const ends = history.filter(({ kind, status }) => kind === 'enrollment' && status === 'completed');
      expect(ends).toHaveLength(2);
      expect(ends.find(({ journey }) => journey === 'feature-how-to')).toMatchObject({ at });
    });
  }, 120_000);

  it('lets nothing be asked a day later', async () => {
    await world.moveTo('2027-02-03T16:00:00Z');
    const { body } = await world.call<{ items: unknown[] }>('GET', '/api/enrollments?status=entered');
    expect(body.items).toEqual([]);
    await inLanes(customers, async ({ userId }) => {
      expect(await world.held(`user_id:${userId}`)).toEqual(['onboarding-2 unreachable']);
    });
  }, 120_000);
});

/** Twenty at a time, as clients of their own would. */
async function inLanes<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async () => {
    for (let item = queue.shift(); item; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 20 }, lane));
}
