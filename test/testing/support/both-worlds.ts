import type { EventName } from '../../../catalog/types';
import type { JourneyTest, TestCustomer, TimelineItem } from '../../../testing';
import { phone, play } from '../../scenarios/support/acts';
import type { TestWorld } from '../../scenarios/support/world';

/** Somebody in both worlds, and what they do there. */
export interface Story {
  readonly name: string;
  readonly traits?: { readonly [trait: string]: unknown };
  readonly subscribed?: boolean;
  /** Arms they are in from the beginning: where chance puts them depends on their ids, which differ. */
  readonly arms?: { readonly [experiment: string]: string };
  readonly acts: readonly Act[];
}

export type Act = { readonly at: string } & (
  | { readonly event: EventName; readonly properties?: object; readonly timestamp?: string }
  | { readonly texts: string }
  | { readonly traits: { readonly [trait: string]: unknown } }
  /** The offer of this name that they have. */
  | { readonly redeems: string }
);

/** What operators do to both worlds; before what customers do in that instant. */
export interface Deed {
  readonly at: string;
  readonly there: (world: TestWorld) => Promise<unknown>;
  readonly here: (test: JourneyTest) => unknown;
}

export interface Play {
  readonly stories: readonly Story[];
  readonly deeds?: readonly Deed[];
  /** When everybody becomes known, ISO 8601. */
  readonly begin: string;
  readonly end: string;
}

/** Plays the stories on the real server. */
export async function playThere(world: TestWorld, { stories, deeds = [], begin, end }: Play): Promise<void> {
  await world.exactly(begin, async () => {
    for (const [index, { name, traits, subscribed = true }] of stories.entries()) {
      const number = phone(index + 1);
      await world.post('/v1/identify', { userId: name, traits: { phone: number, ...traits } });
      const wish = { key: number, type: 'SMS', status: 'SUBSCRIBED' };
      const context = { messaging_subscriptions: [wish] };
      if (subscribed) await world.post('/v1/identify', { userId: name, traits: {}, context });
    }
  });
  for (const { name, arms = {} } of stories) {
    for (const [experiment, arm] of Object.entries(arms)) await assign(world, name, { experiment, arm });
  }
  const acts = stories.flatMap((story, index) =>
    story.acts.map((act) => ({ at: act.at, does: () => doThere(world, story.name, phone(index + 1), act) })),
  );
  await play(world, [...deeds.map(({ at, there }) => ({ at, does: () => there(world) })), ...acts]);
  await world.moveTo(end);
}

async function assign(
  world: TestWorld,
  name: string,
  { experiment, arm }: { readonly experiment: string; readonly arm: string },
): Promise<void> {
  await world.db.query(
    `insert into experiment_assignments (profile_id, experiment, arm, bucket, enrollment_id, assigned_at)
     select profile_id, $2, $3, 0, gen_random_uuid(), clock_now() from identifiers
     where type = 'user_id' and value = $1`,
    [name, experiment, arm],
  );
}

async function doThere(world: TestWorld, userId: string, from: string, act: Act): Promise<void> {
  if ('texts' in act) await world.reply(from, act.texts);
  else if ('traits' in act) await world.post('/v1/identify', { userId, traits: act.traits });
  else if ('redeems' in act) {
    const offerId = (await offersThere(world, userId)).findLast(({ name }) => name === act.redeems)?.offerId;
    await world.happens(userId, 'Offer Redeemed', { offerId });
  } else {
    const { event, properties = {}, timestamp } = act;
    await world.post('/v1/track', { userId, event, properties, ...(timestamp && { timestamp }) });
  }
}

export async function offersThere(world: TestWorld, userId: string): Promise<TestCustomer['offers']> {
  const path = `/api/customers/user_id:${encodeURIComponent(userId)}`;
  return (await world.call<{ offers: TestCustomer['offers'] }>('GET', path)).body.offers;
}

/** Plays them in memory; `test` begins where they do. */
export async function playHere(
  test: JourneyTest,
  { stories, deeds = [], end }: Play,
): Promise<Map<string, TestCustomer>> {
  const customers = new Map<string, TestCustomer>();
  for (const { name, traits, subscribed = true, arms = {} } of stories) {
    customers.set(name, await test.customer(name, { subscribed, traits: { ...traits }, arms }));
  }
  const acts = [...customers].flatMap(([name, customer]) =>
    (stories.find((story) => story.name === name)?.acts ?? []).map((act) => ({
      at: act.at,
      does: () => doHere(customer, act),
    })),
  );
  const all = [...deeds.map(({ at, here }) => ({ at, does: async () => void (await here(test)) })), ...acts];
  for (const { at, does } of all.sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    await test.arriveAt(at);
    await does();
  }
  await test.moveTo(end);
  return customers;
}

async function doHere(customer: TestCustomer, act: Act): Promise<void> {
  if ('texts' in act) customer.texts(act.texts);
  else if ('traits' in act) await customer.is(act.traits);
  else if ('redeems' in act) {
    const offerId = customer.offers.findLast(({ name }) => name === act.redeems)?.offerId ?? '';
    await customer.does('Offer Redeemed', { offerId });
  } else {
    const details = act.timestamp === undefined ? {} : { timestamp: act.timestamp };
    await customer.does(act.event, (act.properties ?? {}) as never, details);
  }
}

/**
 * Items without ids, which differ from world to world. Word of a delivery comes when it comes, so it goes last in its
 * instant; it has one there by the clock being held. Of several runs in one instant nobody says which is told of first.
 */
export function told(items: readonly TimelineItem[], { runs }: { readonly runs: 'one' | 'many' }): string[] {
  const names = runNames(items);
  const ofRuns = (_field: string, value: unknown) => names.get(value) ?? (isId(value) ? 'an id' : value);
  const ofAll = (_field: string, value: unknown): unknown => {
    if (!isId(value)) return value;
    if (!names.has(value)) names.set(value, `id ${names.size + 1}`);
    return names.get(value);
  };
  const lines = items.map(({ messageId: _made, ...item }) => {
    const delivered = item['status'] === 'delivered' ? 1 : 0;
    const { value } = item as { value?: { messageId?: string } };
    const shown = sorted(
      value?.messageId === undefined ? item : { ...item, value: { ...value, messageId: undefined } },
    );
    const place = runs === 'many' ? JSON.stringify(shown, ofRuns) : '';
    return { at: item.at, delivered, place, text: () => JSON.stringify(shown, ofAll) };
  });
  const inOrder = lines.sort(
    (a, b) => a.at.localeCompare(b.at) || a.delivered - b.delivered || a.place.localeCompare(b.place),
  );
  return inOrder.map(({ text }) => text());
}

/** Runs by what tells them apart in either world: journey, key, and which of several. */
function runNames(items: readonly TimelineItem[]): Map<unknown, string> {
  const names = new Map<unknown, string>();
  const counts = new Map<string, number>();
  for (const { kind, status, journey, key, enrollmentId } of items) {
    if (kind !== 'enrollment' || status !== 'entered') continue;
    const run = `${String(journey)} ${String(key)}`;
    counts.set(run, (counts.get(run) ?? 0) + 1);
    names.set(enrollmentId, `${run} #${counts.get(run)}`);
  }
  return names;
}

const isId = (value: unknown) =>
  typeof value === 'string' && (idPattern.test(value) || sidPattern.test(value));
const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const sidPattern = /^SM[0-9a-f]{32}$/;

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, one]) => [name, sorted(one)]));
}
