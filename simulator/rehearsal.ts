import type { AcceptedEvent } from '../ingest/accepted-event';
import { type Customer, newCustomer } from '../ingest/customer';
import { forceTrait } from '../rules/identity/traits';
import type { SimulatedProject } from './project';
import { takesAll } from './provider';
import type { Tally } from './tally';
import { item, type TimelineItem } from './timeline';
import { World } from './world';

/** Somebody to rehearse journeys with: plain data, so that it can go to another thread. */
export interface Person {
  /** Names them in reports; never a phone or an e-mail. */
  readonly id: string;
  /** Who they are on record; absent: found out by the identifiers of what they do. */
  readonly recorded?: { readonly profileId: string; readonly createdAt: Date; readonly phone: string | null };
  /** In the order in which they arrived. */
  readonly acts: readonly Act[];
}

export type Act = { readonly at: Date } & (
  | { readonly event: AcceptedEvent }
  | { readonly text: string; readonly from: string }
  | { readonly consent: ConsentFact }
);

/** A change of consent that is on record. */
export interface ConsentFact {
  readonly channel: 'sms' | 'whatsapp' | 'email';
  readonly key: string;
  readonly topic: string;
  readonly status: 'subscribed' | 'unsubscribed' | 'none';
  readonly source: string;
}

export interface Span {
  /** Before this nobody enters: what happened then is only learned of. */
  readonly from: Date;
  /** Where the clock stops. */
  readonly to: Date;
}

/** What journeys would have done with a person. */
export interface Story {
  readonly id: string;
  readonly lines: readonly StoryLine[];
  /** A bug in a journey's code, as it said itself. */
  readonly mistake?: string;
}

/** One thing that matters to the person, or kept something from them. */
export interface StoryLine {
  readonly at: string;
  readonly journey: string;
  readonly version: number;
  readonly what: 'entered' | 'refused' | 'ended' | 'sent' | 'suppressed' | 'deferred' | 'failed';
  readonly message?: string;
  readonly reason?: string;
  readonly until?: string;
}

/** Rehearses the project's journeys with one person, and counts what comes of it. */
export async function rehearse(
  project: SimulatedProject,
  person: Person,
  span: Span & { readonly seed: string; readonly tally: Tally },
): Promise<Story> {
  const { from, to, seed, tally } = span;
  const items: TimelineItem[] = [];
  let events = 0;
  const world = new World({
    project,
    at: begins(person, from),
    seed: `${seed} ${person.id}`,
    provider: takesAll,
    listener: (_profileId, kind, at, fields) => {
      if (kind === 'event' && at >= from) events++;
      if (matters(kind, fields)) items.push(item(kind, at, fields));
    },
    entriesFrom: from,
  });
  if (person.recorded) world.adopt(recordedCustomer(person.recorded));
  let mistake: string | undefined;
  try {
    for (const act of person.acts) {
      if (act.at >= to) break;
      await world.moveUpTo(act.at);
      await perform(world, person, act);
    }
    await world.moveTo(new Date(to.getTime() - 1));
  } catch (error) {
    // A person whose run stands still is told of; the others go on.
    mistake = error instanceof Error ? error.message : String(error);
  }
  const lines = tally.countPerson(items, { events, mistake });
  return { id: person.id, lines, ...(mistake !== undefined && { mistake }) };
}

/** What is counted; everything else that happens is not even put into words. */
function matters(kind: TimelineItem['kind'], fields: { readonly [field: string]: unknown }): boolean {
  switch (kind) {
    case 'enrollment':
    case 'outcome':
      return true;
    case 'decision':
      return fields['verdict'] !== 'send';
    case 'send':
      return fields['status'] === 'sent';
    default:
      return false;
  }
}

function begins({ acts: [first] }: Person, from: Date): Date {
  return first && first.at < from ? first.at : from;
}

async function perform(world: World, { recorded }: Person, act: Act): Promise<void> {
  if ('text' in act) world.hear(act.from, act.text);
  else if ('consent' in act) world.learnConsent(recorded?.profileId ?? '', act.consent);
  else if (recorded) await world.takeOf(recorded.profileId, act.event);
  else await world.take(act.event);
}

function recordedCustomer({ profileId, createdAt, phone }: NonNullable<Person['recorded']>): Customer {
  const customer = newCustomer(profileId, createdAt);
  customer.phone = phone;
  if (phone !== null) customer.record = forceTrait(customer.record, 'phone', phone, createdAt);
  return customer;
}
