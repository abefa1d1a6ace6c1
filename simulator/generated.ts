import type { EventDefinition } from '../catalog/define';
import type { JourneyPolicy } from '../catalog/policy';
import type { Act, Person } from './rehearsal';
import type { SimulatedProject } from './project';
import { Random } from './random';
import { sampleOf } from './samples';

export interface GeneratedOptions {
  readonly seed: string;
  readonly from: Date;
  readonly days: number;
}

const DAY = 86_400_000;
const zones = [
  ['America/New_York', '917'],
  ['America/Chicago', '312'],
  ['America/Denver', '303'],
  ['America/Los_Angeles', '213'],
] as const;
const names = ['Ana', 'Bruno', 'Carla', 'Daniel', 'Eva', 'Felix', 'Grace', 'Hugo', 'Iris', 'Jonas'] as const;
const regions = ['US-NY', 'US-TX', 'US-FL', 'US-CA', 'US-IL', 'US-CO'] as const;

/** So many of them, each made when it is asked for. */
export function* generatedPeople(
  project: SimulatedProject,
  count: number,
  options: GeneratedOptions,
): Generator<Person> {
  for (let n = 0; n < count; n++) yield generatedPerson(project, n, options);
}

/**
 * The `n`-th of people who do not exist, the same for the same seed: in four zones, nine in ten subscribed, each of whom
 * does what the project's journeys enter on, wait for and end on, now and then.
 */
export function generatedPerson(project: SimulatedProject, n: number, options: GeneratedOptions): Person {
  const { seed, from, days } = options;
  const random = new Random(`${seed} person ${n}`);
  const id = `person-${n + 1}`;
  const [timezone, area] = random.pick(zones);
  const phone = `+1${area}555${String(n % 10_000).padStart(4, '0')}`;
  const begun = from.getTime();
  const registered = begun + random.below(Math.max(1, Math.floor((days * DAY) / 3)));
  let count = 0;
  const common = () => ({ messageId: `${id}/${++count}`, source: 'simulated', userId: id }) as const;
  const traits = { phone, timezone, firstName: random.pick(names), region: random.pick(regions) };
  const wish = { key: phone, type: 'SMS', status: random.next() < 0.9 ? 'SUBSCRIBED' : 'UNSUBSCRIBED' };
  const acts: Act[] = [
    {
      at: new Date(registered),
      event: { type: 'identify', traits, context: { messaging_subscriptions: [wish] }, ...common() },
    },
    {
      at: new Date(registered),
      event: { type: 'track', name: 'Account Registered', properties: {}, ...common() },
    },
  ].filter((act) => act.event.type !== 'track' || 'Account Registered' in project.events) as Act[];
  const end = begun + days * DAY;
  for (const { policy } of project.journeys) {
    for (const [at, name, properties] of happenings(project, policy, random, registered, end)) {
      acts.push({ at: new Date(at), event: { type: 'track', name, properties, ...common() } });
    }
  }
  if (random.next() < 0.03)
    acts.push({ at: new Date(within(random, registered, end)), from: phone, text: 'STOP' });
  return { id, acts: acts.sort((a, b) => a.at.getTime() - b.at.getTime()) };
}

type Happening = [at: number, name: string, properties: { readonly [name: string]: unknown }];

/** What a person does that concerns a journey: what it enters on once or twice, and what follows from that. */
function* happenings(
  { events }: SimulatedProject,
  policy: JourneyPolicy,
  random: Random,
  since: number,
  end: number,
): Generator<Happening> {
  const { enter, exit, goal, listens = [] } = policy;
  if (!('on' in enter) || enter.on === 'Account Registered') {
    if (random.next() < 0.5 && 'App Opened' in events) yield [within(random, since, end), 'App Opened', {}];
  }
  const triggers = 'on' in enter && enter.on !== 'Account Registered' ? random.below(3) : 0;
  const starts: Happening[] = [];
  for (let n = 0; n < triggers && 'on' in enter; n++) {
    const at = within(random, since, end);
    starts.push([at, enter.on, sampleProperties(events[enter.on], random, at)]);
  }
  yield* starts;
  const after = [...listens, ...(exit && 'on' in exit ? [exit.on] : []), ...(goal ? [goal.on] : [])];
  const origins: Happening[] = starts.length > 0 ? starts : [[since, '', {}]];
  for (const [at, , given] of origins) {
    for (const name of new Set<string>(after)) {
      const definition = events[name];
      if (!definition || definition.internal || random.next() > 0.3) continue;
      const later = at + Math.floor(random.next() ** 3 * Math.min(7 * DAY, end - at));
      const properties = sampleProperties(definition, random, later);
      const shared = Object.fromEntries(Object.entries(given).filter(([property]) => property in properties));
      yield [later, name, { ...properties, ...shared }];
    }
  }
}

function sampleProperties(definition: EventDefinition | undefined, random: Random, at: number) {
  return definition ? sampleOf(definition.versions[definition.defaultVersion], random, at) : {};
}

/** In the daytime of New York, as most people do things. */
function within(random: Random, from: number, to: number): number {
  const at = from + random.below(Math.max(1, to - from));
  const hour = 13 + random.below(14);
  const day = Math.floor(at / DAY) * DAY + hour * 3_600_000 + random.below(3_600_000);
  return Math.min(Math.max(day, from), to - 1);
}
