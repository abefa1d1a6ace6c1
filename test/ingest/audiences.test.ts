import fc from 'fast-check';
import type { Condition } from '../../catalog/audience';
import { days, elapsed, hours } from '../../catalog/duration';
import { type Customer, newCustomer } from '../../ingest/customer';
import { isInside } from '../../simulator/audience';
import { VirtualRecord } from '../../simulator/record';
import { stillInside } from '../../store/audiences';
import type { Item } from './world';
import { World } from './world';

const now = Date.parse('2027-02-02T15:00:00.000Z');
const HOUR = 3_600_000;
const stages = ['new', 'active', 'inactive', 'reactivated'] as const;

let world: World;
beforeAll(async () => {
  world = await World.create();
  for (const month of ['2026-12', '2027-01', '2027-02', '2027-03']) {
    await world.rows(`select ensure_partition('events', $1)`, [`${month}-15`]);
  }
});
afterAll(() => world.end());

/** Somebody, as a test that knows no SQL sees them. */
interface Person {
  readonly stage: (typeof stages)[number] | null;
  readonly traits: { readonly [trait: string]: unknown };
  /** What they did, and how many hours before now it happened and arrived. */
  readonly did: readonly { readonly event: string; readonly happened: number; readonly arrived: number }[];
  readonly consent: {
    readonly topic: string;
    readonly status: 'subscribed' | 'unsubscribed' | 'none';
  } | null;
  readonly stopped: boolean;
}

/** The oracle: the same conditions over plain data. */
function belongs(condition: Condition, who: Person): boolean {
  if ('all' in condition) return condition.all.every((one) => belongs(one, who));
  if ('any' in condition) return condition.any.some((one) => belongs(one, who));
  if ('not' in condition) return !belongs(condition.not, who);
  if ('stage' in condition) return condition.stage.includes(who.stage ?? 'none');
  if ('known' in condition) return ((who.traits[condition.trait] ?? null) !== null) === condition.known;
  if ('trait' in condition) {
    const value = who.traits[condition.trait];
    const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
    return isPlain && condition.in.map(String).includes(String(value));
  }
  if ('did' in condition) return countOf(who, condition.did, condition.within) >= (condition.times ?? 1);
  if ('didNot' in condition) return countOf(who, condition.didNot, condition.within) === 0;
  return (
    !who.stopped && who.consent?.status === 'subscribed' && who.consent.topic === (condition.topic ?? '')
  );
}

function countOf({ did }: Person, event: string, within: Parameters<typeof elapsed>[0] | undefined): number {
  return did.filter(
    (one) => one.event === event && (within === undefined || one.happened * HOUR < elapsed(within)),
  ).length;
}

const event = fc.constantFrom('Provider Searched', 'Offer Redeemed');
const within = fc.option(fc.constantFrom(hours(3), days(1), days(30)), { nil: undefined });
const value = fc.constantFrom('gold', '1', 1, true, 'true', '');

const person: fc.Arbitrary<Person> = fc.record({
  stage: fc.option(fc.constantFrom(...stages)),
  traits: fc.dictionary(
    fc.constantFrom('plan', 'level'),
    fc.oneof(value, fc.constant(null), fc.constant(['gold']), fc.constant({ gold: 1 })),
  ),
  did: fc.array(
    fc
      .record({
        event,
        happened: fc.constantFrom(0, 2, 3, 23, 24, 25, 719, 720, 721),
        late: fc.constantFrom(0, 1, 30),
      })
      .map(({ late, ...one }) => ({ ...one, arrived: Math.max(0, one.happened - late) })),
    { maxLength: 3 },
  ),
  consent: fc.option(
    fc.record({
      topic: fc.constantFrom('', 'news'),
      status: fc.constantFrom('subscribed' as const, 'unsubscribed' as const, 'none' as const),
    }),
  ),
  stopped: fc.boolean(),
});

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ stage: fc.array(fc.constantFrom(...stages, 'none' as const), { maxLength: 2 }) }),
  fc.record({ trait: fc.constantFrom('plan', 'level'), in: fc.array(value, { maxLength: 2 }) }),
  fc.record({ trait: fc.constantFrom('plan', 'level'), known: fc.boolean() }),
  fc
    .record({ did: event, within, times: fc.constantFrom(undefined, 1, 2, 3) })
    .map(({ did, ...more }) => ({ did, ...defined(more) })),
  fc.record({ didNot: event, within }).map(({ didNot, ...more }) => ({ didNot, ...defined(more) })),
  fc
    .record({ subscribedTo: fc.constant('sms' as const), topic: fc.constantFrom(undefined, 'news') })
    .map(({ subscribedTo, ...more }) => ({ subscribedTo, ...defined(more) })),
);
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ all: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
}));

/** Without what is undefined. */
function defined<T extends object>(given: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(given).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

let people = 0;
async function insert({ stage, traits, did, consent, stopped }: Person): Promise<string> {
  const phone = `+1212${2_000_000 + people++}`;
  const [row] = await world.rows(
    `insert into profiles (profile_id, created_at, traits, stage) values (gen_random_uuid(), '2026-12-01', $1, $2)
     returning profile_id as id`,
    [JSON.stringify(traits), stage],
  );
  const id = String((row as Item).id);
  await world.rows(`insert into identifiers values ('phone', $1, $2, '2026-12-01')`, [phone, id]);
  for (const { event: name, happened, arrived } of did) {
    await world.rows(
      `insert into events (profile_id, message_id, type, name, properties, source, "timestamp", received_at)
       values ($1, gen_random_uuid()::text, 'track', $2, '{}', 'test', $3, $4)`,
      [id, name, new Date(now - happened * HOUR), new Date(now - arrived * HOUR)],
    );
  }
  if (consent) {
    await world.rows(
      `insert into subscriptions (profile_id, channel, key, topic, status, source, at)
       values ($1, 'sms', $2, $3, $4, 'test', '2026-12-01')`,
      [id, phone, consent.topic, consent.status],
    );
  }
  if (stopped) {
    await world.rows(
      `insert into suppressions (channel, address, kind, source, at) values ('sms', $1, 'stop', 'reply', '2026-12-01')`,
      [phone],
    );
  }
  return id;
}

/** The same customer in the memory of a test or a simulation, among others. */
function inMemory(
  record: VirtualRecord,
  { stage, traits, did, consent, stopped }: Person,
  n: number,
): Customer {
  const customer = newCustomer(`customer ${n}`, new Date(now));
  const phone = `+1917555${String(n).padStart(4, '0')}`;
  customer.phone = phone;
  customer.record = { traits, times: {} };
  customer.stages = { ...customer.stages, stage };
  const at = new Date(now);
  const known = {
    channel: 'sms',
    key: phone,
    source: 'test',
    actor: null,
    wording: null,
    at,
    changed: false,
  } as const;
  if (consent) customer.subscriptions = [{ ...known, ...consent }];
  if (stopped) record.close({ channel: 'sms', address: phone, kind: 'stop', source: 'reply', at });
  record.tracks.set(
    customer.profileId,
    did.map(({ event: name, happened, arrived }, seq) => ({
      seq,
      messageId: `${n}/${seq}`,
      name,
      timestamp: now - happened * HOUR,
      receivedAt: now - arrived * HOUR,
      properties: {},
    })),
  );
  return customer;
}

test('an audience holds in memory whom the same conditions hold over plain data', () => {
  const record = new VirtualRecord(() => {});
  const crowd = fc.sample(person, { numRuns: 60, seed: 7 });
  const customers = crowd.map((who, n) => inMemory(record, who, n));
  fc.assert(
    fc.property(condition, (one) => {
      const about = { record, now: new Date(now) };
      expect(customers.map((customer) => isInside(one, customer, about))).toEqual(
        crowd.map((who) => belongs(one, who)),
      );
    }),
  );
});

test('an audience in SQL holds whom the same conditions hold over plain data', async () => {
  const crowd = fc.sample(person, { numRuns: 60, seed: 7 });
  const ids = await Promise.all(crowd.map(insert));
  await fc.assert(
    fc.asyncProperty(condition, async (one) => {
      const inside = await stillInside(world.pool, one, { now: new Date(now), profileIds: ids });
      const expected = crowd.map((who) => belongs(one, who));
      expect(ids.map((id) => inside.has(id))).toEqual(expected);
    }),
    { numRuns: 120 },
  );
});

test('what a project says goes into a statement as a value only', async () => {
  const evil = `x'); drop table profiles; --`;
  const inside = await stillInside(
    world.pool,
    { any: [{ trait: evil, in: [evil] }, { did: evil }, { trait: evil, known: true }] },
    { now: new Date(now), profileIds: [] },
  );
  expect(inside.size).toBe(0);
  expect(await world.rows('select count(*) from profiles')).toHaveLength(1);
});
