import * as catalog from '../../catalog';
import type { EventName } from '../../catalog/types';
import { type TestCustomer, type TimelineItem, testJourneys } from 'jornada/testing';
import { journeys } from '../../workflows/journeys';
import { phone, play } from '../scenarios/support/acts';
import { type TestWorld, testWorld } from '../scenarios/support/world';

/** Somebody in both worlds, and what they do there. */
interface Story {
  readonly name: string;
  readonly traits?: { readonly [trait: string]: unknown };
  readonly subscribed?: boolean;
  readonly acts: readonly Act[];
}

type Act = { readonly at: string } & (
  | { readonly event: EventName; readonly properties?: object; readonly timestamp?: string }
  | { readonly texts: string }
  | { readonly traits: { readonly [trait: string]: unknown } }
);

const visit = (visitId: string | number) => ({ visitId, providerId: 'P7' });
const feature = { feature: 'find-provider' };
const begin = '2027-02-02T15:00:00Z';
const end = '2027-06-10T00:00:00Z';

const stories: readonly Story[] = [
  {
    name: 'reminded',
    acts: [{ at: '2027-02-02T19:03:07Z', event: 'Visit Checked In', properties: visit('V1') }],
  },
  {
    name: 'redeems',
    acts: [
      { at: '2027-02-02T19:03:07Z', event: 'Visit Checked In', properties: visit('V1') },
      { at: '2027-02-02T19:20:00Z', event: 'Offer Redeemed', properties: { offerId: 'any' } },
    ],
  },
  {
    name: 'treated, comes back too soon, and then not',
    acts: [
      { at: '2027-02-02T19:03:07Z', event: 'Visit Checked In', properties: visit(7) },
      { at: '2027-02-02T19:10:00Z', event: 'Visit Checked In', properties: visit('7') },
      { at: '2027-02-02T19:50:00Z', event: 'Treatment Recorded', properties: { visitId: '7' } },
      { at: '2027-02-02T20:19:59Z', event: 'Visit Checked In', properties: visit('7') },
      { at: '2027-02-02T20:20:00Z', event: 'Visit Checked In', properties: visit('7') },
    ],
  },
  {
    name: 'redeems in the instant of the reminder',
    acts: [
      { at: '2027-02-02T19:03:07Z', event: 'Visit Checked In', properties: visit('V1') },
      { at: '2027-02-02T20:33:07Z', event: 'Offer Redeemed', properties: { offerId: 'any' } },
    ],
  },
  {
    name: 'checks in at night',
    acts: [{ at: '2027-02-03T02:30:00Z', event: 'Visit Checked In', properties: visit('V1') }],
  },
  {
    name: 'was never asked',
    subscribed: false,
    acts: [{ at: '2027-02-02T19:03:07Z', event: 'Visit Checked In', properties: visit('V1') }],
  },
  {
    name: 'says STOP between, and START',
    acts: [
      { at: '2027-02-05T15:00:00Z', event: 'Feature Viewed', properties: feature },
      { at: '2027-02-06T10:00:00Z', texts: 'STOP' },
      { at: '2027-02-07T15:00:00Z', texts: 'yes' },
      { at: '2027-02-08T15:00:00Z', texts: 'START' },
      { at: '2027-02-08T16:00:00Z', event: 'Feature Viewed', properties: feature },
    ],
  },
  {
    name: 'uses it in the last instant',
    acts: [
      { at: '2027-02-05T15:00:00Z', event: 'Feature Viewed', properties: feature },
      { at: '2027-02-06T15:00:00Z', event: 'Feature Adopted', properties: feature },
    ],
  },
  {
    name: 'looks at two features and is shown one a day',
    acts: [
      { at: '2027-02-05T15:00:00Z', event: 'Feature Viewed', properties: feature },
      { at: '2027-02-05T16:00:00Z', event: 'Feature Viewed', properties: { feature: 'reminders' } },
      { at: '2027-02-06T16:30:00Z', event: 'Feature Viewed', properties: { feature: 'rewards' } },
    ],
  },
  {
    name: 'registers, learns, moves, goes quiet, comes back',
    traits: { timezone: 'America/Los_Angeles', firstName: 'Ana' },
    acts: [
      { at: '2027-02-03T03:40:00Z', event: 'Account Registered' },
      { at: '2027-02-10T20:00:00Z', event: 'Feature Adopted', properties: feature },
      { at: '2027-02-15T18:00:00Z', traits: { timezone: 'America/New_York' } },
      { at: '2027-05-10T17:30:00Z', event: 'App Opened' },
    ],
  },
  {
    name: 'a confirmation at night, in another language, and one canceled',
    traits: { locale: 'pt', timezone: 'America/Sao_Paulo' },
    acts: [
      {
        at: '2027-02-25T05:00:00Z',
        event: 'Appointment Booked',
        properties: { appointmentId: 'A1', startsAt: '2027-03-02T15:00:00.000Z' },
      },
      {
        at: '2027-02-25T05:00:01Z',
        event: 'Appointment Booked',
        properties: { appointmentId: 'A2', startsAt: '2027-03-04T15:00:00.000Z' },
      },
      { at: '2027-02-26T16:00:00Z', event: 'Appointment Canceled', properties: { appointmentId: 'A1' } },
    ],
  },
  {
    name: 'arrives late',
    acts: [
      {
        at: '2027-02-02T19:15:01Z',
        event: 'Visit Checked In',
        properties: visit('V1'),
        timestamp: '2027-02-02T19:00:00Z',
      },
      {
        at: '2027-02-02T19:15:02Z',
        event: 'Visit Checked In',
        properties: visit('V2'),
        timestamp: '2027-02-02T19:00:02Z',
      },
    ],
  },
];

let world: TestWorld;
const here = new Map<string, TestCustomer>();

beforeAll(async () => {
  world = await testWorld({ clock: begin });
  await playThere();
  await playHere();
}, 240_000);
afterAll(() => world.end());

it.each(stories)('$name: the same timeline as on the server', async ({ name }) => {
  const there = (await world.history(`user_id:${name}`)) as unknown as TimelineItem[];
  expect(told(here.get(name)?.timeline() ?? [])).toEqual(told(there));
});

async function playThere(): Promise<void> {
  await world.exactly('2027-02-02T16:00:00Z', async () => {
    for (const [index, { name, traits, subscribed = true }] of stories.entries()) {
      const number = phone(index + 1);
      await world.post('/v1/identify', { userId: name, traits: { phone: number, ...traits } });
      const wish = { key: number, type: 'SMS', status: 'SUBSCRIBED' };
      const context = { messaging_subscriptions: [wish] };
      if (subscribed) await world.post('/v1/identify', { userId: name, traits: {}, context });
    }
  });
  const acts = stories.flatMap(({ name, acts }, index) =>
    acts.map((act) => ({
      at: act.at,
      does: async () => {
        if ('texts' in act) await world.reply(phone(index + 1), act.texts);
        else if ('traits' in act) await world.post('/v1/identify', { userId: name, traits: act.traits });
        else {
          const { event, properties = {}, timestamp } = act;
          await world.post('/v1/track', { userId: name, event, properties, ...(timestamp && { timestamp }) });
        }
      },
    })),
  );
  await play(world, acts);
  await world.moveTo(end);
}

async function playHere(): Promise<void> {
  const t = testJourneys({ catalog, journeys, at: '2027-02-02T16:00:00Z' });
  for (const { name, traits, subscribed = true } of stories) {
    here.set(name, await t.customer(name, { subscribed, traits: { ...traits } }));
  }
  const acts = stories.flatMap(({ name, acts }) => acts.map((act) => ({ name, act })));
  for (const { name, act } of acts.sort((a, b) => Date.parse(a.act.at) - Date.parse(b.act.at))) {
    const customer = here.get(name);
    if (!customer) throw new Error(name);
    await t.arriveAt(act.at);
    if ('texts' in act) customer.texts(act.texts);
    else if ('traits' in act) await customer.is(act.traits);
    else {
      const details = act.timestamp === undefined ? {} : { timestamp: act.timestamp };
      await customer.does(act.event, (act.properties ?? {}) as never, details);
    }
  }
  await t.moveTo(end);
}

/**
 * Items without ids, which differ from world to world. Word of a delivery comes when it comes, so it goes last in its
 * instant; it has one there by the clock being held.
 */
function told(items: readonly TimelineItem[]): string[] {
  const names = new Map<unknown, number>();
  const nameOf = (_field: string, value: unknown): unknown => {
    if (typeof value !== 'string' || !(idPattern.test(value) || sidPattern.test(value))) return value;
    if (!names.has(value)) names.set(value, names.size + 1);
    return `id ${names.get(value)}`;
  };
  const lines = items.map(({ messageId: _made, ...item }) => {
    const delivered = item['status'] === 'delivered' ? 1 : 0;
    const { value } = item as { value?: { messageId?: string } };
    const shown =
      value?.messageId === undefined ? item : { ...item, value: { ...value, messageId: undefined } };
    return { at: item.at, delivered, text: () => JSON.stringify(sorted(shown), nameOf) };
  });
  const inOrder = lines.sort((a, b) => a.at.localeCompare(b.at) || a.delivered - b.delivered);
  return inOrder.map(({ text }) => text());
}

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const sidPattern = /^SM[0-9a-f]{32}$/;

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, one]) => [name, sorted(one)]));
}
