import { bucketOf } from '../../rules/experiments/bucket';
import { GLOBAL_HOLDOUT } from '../../rules/experiments/holdout';
import { copyOf, testDatabase } from '../support/database';
import { newsWithControl } from './fixtures/gate-journeys';
import { crowd, together } from './support/crowd';
import { gateWorld, type GateWorld } from './support/gate';

interface Item {
  readonly customerId: string;
  readonly createdAt?: string;
}
const itemsOf = async (world: GateWorld, path: string) =>
  (await world.call<{ items: Item[] }>('GET', `${path}&limit=1000`)).body.items;

/** Who was texted by a journey since an instant. */
async function textedBy(world: GateWorld, journey: string, since = ''): Promise<string[]> {
  const sends = await itemsOf(world, `/api/sends?journey=${journey}`);
  return sends
    .filter(({ createdAt = '' }) => createdAt >= since)
    .map(({ customerId }) => customerId)
    .sort();
}

/** `experiment arm` of each experiment that a customer was assigned in. */
async function armsOf(world: GateWorld, userId: string): Promise<string[]> {
  type Arms = { experiments?: { experiment: string; arm: string }[] };
  const { body } = await world.call<Arms>('GET', `/api/customers/user_id:${userId}`);
  return (body.experiments ?? []).map(({ experiment, arm }) => `${experiment} ${arm}`);
}

/** Customers by their bucket for the journey's control group: all below ten percent, and some above. */
interface Group {
  readonly below5: readonly string[];
  readonly below10: readonly string[];
  readonly above: readonly string[];
}

describe('a control group of ten percent, lowered to five', () => {
  let world: GateWorld;
  let ids: ReadonlyMap<string, string>;
  const idsOf = (userIds: readonly string[]) => userIds.map((userId) => ids.get(userId)).sort();
  let early: Group;
  let late: Group;

  beforeAll(async () => {
    world = await gateWorld('2027-02-02T14:30:00Z', 'control');
    const all = await crowd(world, 'one', 500);
    ids = all.ids;
    early = groupOf(all.userIds.slice(0, 250));
    late = groupOf(all.userIds.slice(250));
  });
  afterAll(() => world.end());

  function groupOf(userIds: readonly string[]): Group {
    const between = (from: number, to: number) =>
      userIds.filter((userId) => {
        const bucket = bucketOf('news-with-control', ids.get(userId) ?? '');
        return bucket >= from && bucket < to;
      });
    const group = {
      below5: between(0, 500),
      below10: between(500, 1_000),
      above: between(1_000, 10_000).slice(0, 40),
    };
    for (const part of Object.values(group)) expect(part).not.toEqual([]);
    return group;
  }

  it('is the tenth with the lowest buckets: it gets no text, and its goals are counted', async () => {
    const { below5, below10, above } = early;
    await world.exactly('2027-02-02T15:00:00Z', () =>
      together(world, [...below5, ...below10, ...above], 'App Opened'),
    );
    expect(await textedBy(world, 'news-with-control')).toEqual(idsOf(above));

    const redeemed = [...below5.slice(0, 4), ...below10.slice(0, 4), ...above.slice(0, 8)];
    await world.exactly('2027-02-02T16:00:00Z', () =>
      together(world, redeemed, 'Offer Redeemed', { offerId: 'O1' }),
    );
    const goals = await itemsOf(world, '/api/outcomes?journey=news-with-control&outcome=goal');
    expect(goals.map(({ customerId }) => customerId).sort()).toEqual(idsOf(redeemed));
  }, 120_000);

  it('keeps everybody where they are, also when they enter again; of those who come later half as many are held out', async () => {
    const again = [...early.below5, ...early.below10, ...early.above.slice(0, 10)];
    const arms = () => Promise.all(again.map((userId) => armsOf(world, userId)));
    const before = await arms();
    await world.change({ journeys: [newsWithControl(5)] });
    await world.exactly('2027-02-03T15:00:00Z', () =>
      together(world, [...again, ...late.below5, ...late.below10, ...late.above], 'App Opened'),
    );
    expect(await textedBy(world, 'news-with-control', '2027-02-03')).toEqual(
      idsOf([...early.above.slice(0, 10), ...late.below10, ...late.above]),
    );
    expect(await arms()).toEqual(before);
  }, 120_000);
});

describe('a holdout of five percent over all journeys', () => {
  const settings = { holdout: { percent: 5 } };

  it('is sent nothing but what is transactional, is in no arm of a journey, and is the same customers on a copy', async () => {
    const original = await testDatabase();
    const before = await gateWorld('2027-02-02T14:30:00Z', 'purposes', settings, { database: original });
    const { userIds: all, ids } = await crowd(before, 'one', 400);
    await before.end();
    const copy = await copyOf(original);

    const bucket = (userId: string, salt: string) => bucketOf(salt, ids.get(userId) ?? '');
    const isHeldOut = (userId: string) => bucket(userId, GLOBAL_HOLDOUT) < 500;
    const isControl = (userId: string) => bucket(userId, 'news-with-control') < 1_000;
    const heldOut = all.filter(isHeldOut).slice(0, 10);
    const control = all.filter((userId) => !isHeldOut(userId) && isControl(userId)).slice(0, 8);
    const treated = all.filter((userId) => !isHeldOut(userId) && !isControl(userId)).slice(0, 12);
    for (const group of [heldOut, control, treated]) expect(group).not.toEqual([]);
    const asked = [...heldOut, ...control, ...treated];
    const idsOf = (userIds: readonly string[]) => userIds.map((userId) => ids.get(userId)).sort();

    for (const database of [original, copy]) {
      const world = await gateWorld('2027-02-02T14:50:00Z', 'purposes', settings, { database });
      try {
        await world.exactly('2027-02-02T15:00:00Z', () => together(world, asked, 'App Opened'));
        expect(await textedBy(world, 'opened-care')).toEqual(idsOf(asked));
        expect(await textedBy(world, 'opened-moment')).toEqual(idsOf([...control, ...treated]));
        expect(await textedBy(world, 'news-with-control')).toEqual(idsOf(treated));
        const arms = await Promise.all(asked.map((userId) => armsOf(world, userId)));
        expect(arms.map((of) => of.sort())).toEqual([
          ...heldOut.map(() => ['* control']),
          ...control.map(() => ['* treatment', 'news-with-control control']),
          ...treated.map(() => ['* treatment', 'news-with-control treatment']),
        ]);
      } finally {
        await world.end();
        await database.drop();
      }
    }
  }, 180_000);
});
