import type { Carried, RunEvent } from './contract';

/** One event a wait would take; `where` compares as text. */
export interface Wanted {
  readonly event: string;
  readonly where: { readonly [property: string]: string | undefined };
}

export interface Taken {
  /** Which of the wanted it is. */
  readonly index: number;
  readonly event: RunEvent;
}

/** Events kept in memory for later waits; the record has them all. */
const CAPACITY = 100;

/**
 * What arrived since the enrollment and no wait has taken. Deliveries repeat and, across a merge of customers, may swap
 * places: an event counts once, and the earlier one goes first. An event ends at most one wait of a run.
 */
export class Inbox {
  /** The latest event heard of. */
  seenSeq: number;
  /** Up to here events may be missing from memory; a wait then asks the record. */
  forgottenSeq: number;
  /** By arrival. */
  readonly events: RunEvent[];
  private readonly taken: number[];

  /** Empty at entry, or as the run left it that this one continues. */
  constructor(trigger: RunEvent, carried?: Carried) {
    this.seenSeq = carried?.seenSeq ?? trigger.seq;
    this.forgottenSeq = carried?.forgottenSeq ?? 0;
    this.events = [...(carried?.inbox ?? [])];
    this.taken = [trigger.seq];
    for (const { result } of [...(carried?.journal ?? []), ...(carried?.moved?.journal ?? [])])
      if (isTaken(result)) this.taken.push(result.event.seq);
  }

  receive(event: RunEvent): void {
    const { seq } = event;
    this.seenSeq = Math.max(this.seenSeq, seq);
    if (seq <= this.forgottenSeq || this.taken.includes(seq)) return;
    const place = this.events.findLastIndex((kept) => kept.seq <= seq);
    if (this.events[place]?.seq === seq) return;
    this.events.splice(place + 1, 0, event);
    if (this.events.length > CAPACITY) this.forgottenSeq = this.events.shift()?.seq ?? 0;
  }

  /** The first that matches, having arrived by `until`; from then on it is taken. */
  take(wanted: readonly Wanted[], until: number): Taken | undefined {
    return this.takeFrom(this.events, wanted, until);
  }

  /** The same out of what the record answered. */
  takeFrom(events: readonly RunEvent[], wanted: readonly Wanted[], until: number): Taken | undefined {
    for (const event of events) {
      if (event.receivedAt > until || this.taken.includes(event.seq)) continue;
      const index = wanted.findIndex((one) => matches(event, one));
      if (index < 0) continue;
      this.taken.push(event.seq);
      const place = this.events.findIndex((kept) => kept.seq === event.seq);
      if (place >= 0) this.events.splice(place, 1);
      return { index, event };
    }
    return undefined;
  }

  /** Leaves everything to the record. */
  forget(): void {
    this.forgottenSeq = this.seenSeq;
    this.events.length = 0;
  }
}

/** What a wait came to that an event ended. */
function isTaken(result: unknown): result is { event: RunEvent } {
  return typeof result === 'object' && result !== null && 'event' in result;
}

function matches(event: RunEvent, { event: name, where }: Wanted): boolean {
  if (event.name !== name) return false;
  return Object.entries(where).every(([property, text]) => {
    // What the journey itself does not know equals nothing.
    return text !== undefined && asText(event.properties[property]) === text;
  });
}

/** What is known of the properties that an event must have. */
export function textsOf(where: Wanted['where']): { [property: string]: string } {
  return Object.fromEntries(
    Object.entries(where).flatMap(([property, text]) => (text === undefined ? [] : [[property, text]])),
  );
}

/** How keys and the values of `where` are compared; what is no text, number or truth value equals nothing. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
