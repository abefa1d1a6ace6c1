import fc from 'fast-check';
import { bucketOf } from '../../rules/experiments/bucket';
import { type Assignment, decideHoldout, GLOBAL_HOLDOUT } from '../../rules/experiments/holdout';
import { armOf } from '../../rules/experiments/split';

const off = { percent: 0 };
const customers = (n: number, from = 0) => Array.from({ length: n }, (_, at) => `customer-${from + at}`);

/** Assigns each customer as if asked for the first time. */
function ask(customer: string, percent: number, global = 0, assigned: readonly Assignment[] = []) {
  return decideHoldout({
    customer,
    journey: 'tested',
    global: { percent: global },
    own: { percent },
    assigned,
  });
}

describe('a bucket', () => {
  it('is the same for ever: of the salt and the customer, and of nothing else', () => {
    // By `printf 'tested:customer-1' | sha256sum`, the first six bytes, modulo 10,000.
    expect(bucketOf('tested', 'customer-1')).toBe(
      Number(BigInt(`0x${sha256Of['tested:customer-1']}`) % 10_000n),
    );
  });

  it('is as likely as any other, and says nothing about the bucket of another salt', () => {
    const both = customers(20_000).map((customer) => [bucketOf('one', customer), bucketOf('two', customer)]);
    const tenth = both.filter(([one = 0]) => one < 1_000);
    expect(Math.abs(tenth.length - 2_000)).toBeLessThan(4 * Math.sqrt(1_800));
    const again = tenth.filter(([, two = 0]) => two < 1_000);
    expect(Math.abs(again.length - tenth.length / 10)).toBeLessThan(4 * Math.sqrt(tenth.length * 0.09));
  });
});

describe('a holdout', () => {
  it('lowered from ten to five percent moves nobody, and holds out half as many of those who come', () => {
    const earlier = customers(10_000).map((customer) => ({ customer, ...ask(customer, 10) }));
    for (const { customer, assigns, heldOut } of earlier) {
      const again = ask(customer, 5, 0, assigns);
      expect([again.heldOut, again.assigns]).toEqual([heldOut, []]);
    }
    const later = customers(10_000, 10_000).filter((customer) => ask(customer, 5).heldOut);
    expect(Math.abs(later.length - 500)).toBeLessThanOrEqual(65);
  });

  it('over all journeys takes its share of a hundred thousand, the same on every copy, and gives them no arm', () => {
    const asked = customers(100_000).map((customer) => ask(customer, 10, 5));
    const held = asked.filter(({ asked: [overall] }) => overall?.arm === 'control');
    expect(Math.abs(held.length - 5_000)).toBeLessThanOrEqual(207);
    for (const { assigns, heldOut } of held) {
      expect([heldOut, assigns.map(({ experiment }) => experiment)]).toEqual([true, [GLOBAL_HOLDOUT]]);
    }
    expect(customers(100_000).map((customer) => ask(customer, 10, 5))).toEqual(asked);
  });

  it('that is off, or has been, assigns nobody; whoever was assigned stays', () => {
    const held = { experiment: 'tested', arm: 'control', bucket: 12 };
    expect(ask('somebody', 0)).toEqual({ heldOut: false, asked: [], assigns: [] });
    expect(ask('somebody', 0, 0, [held]).heldOut).toBe(true);
    expect(decideHoldout({ customer: 'c', journey: 'j', global: off, assigned: [] }).asked).toEqual([]);
  });

  it('over all journeys that begins later holds out those who have an arm, which they keep, also when it is off again', () => {
    const held = customers(2_000).filter((customer) => ask(customer, 0, 5).heldOut);
    expect(held).not.toEqual([]);
    for (const customer of held) {
      const { assigns: arm } = ask(customer, 10);
      const { heldOut, asked, assigns } = ask(customer, 10, 5, arm);
      expect([heldOut, asked.map(({ experiment }) => experiment)]).toEqual([true, [GLOBAL_HOLDOUT]]);
      expect(assigns.map(({ experiment }) => experiment)).toEqual([GLOBAL_HOLDOUT]);
      expect(ask(customer, 10, 0, [...arm, ...assigns])).toMatchObject({ heldOut: true, assigns: [] });
    }
  });

  it('deals the same arms in whatever order journeys ask, and however often', () => {
    const journeys = ['first', 'second', 'third'];
    const percents = fc.record({ global: fc.nat(100), own: fc.nat(100) });
    const asks = fc
      .array(fc.constantFrom(...journeys), { maxLength: 9 })
      .map((more) => [...journeys, ...more])
      .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));
    fc.assert(
      fc.property(fc.uuid(), percents, asks, asks, (customer, { global, own }, one, other) => {
        const armsAfter = (order: readonly string[]) => {
          const assigned: Assignment[] = [];
          for (const journey of order) {
            const holdouts = { global: { percent: global }, own: { percent: own } };
            assigned.push(...decideHoldout({ customer, journey, ...holdouts, assigned }).assigns);
          }
          return assigned.map(({ experiment, arm }) => `${experiment} ${arm}`).sort();
        };
        expect(armsAfter(one)).toEqual(armsAfter(other));
      }),
    );
  });

  it('never moves anybody, whatever percentages come after', () => {
    const percent = fc.integer({ min: 1, max: 10_000 }).map((n) => n / 100);
    fc.assert(
      fc.property(fc.uuid(), percent, fc.array(percent), (customer, at, later) => {
        const { assigns, heldOut } = ask(customer, at, at);
        for (const next of later) expect(ask(customer, next, next, assigns).heldOut).toBe(heldOut);
      }),
    );
  });
});

describe('a split', () => {
  it('deals the buckets in the order of its arms, each its share', () => {
    const arms = Array.from({ length: 10_000 }, (_, bucket) => armOf(bucket, { a: 50, b: 33.33, c: 16.67 }));
    expect([arms.indexOf('b'), arms.indexOf('c')]).toEqual([5_000, 8_333]);
    expect(arms.filter((arm) => arm === 'c')).toHaveLength(1_667);
  });
});

const sha256Of = { 'tested:customer-1': '7b00b760a6b8' };
