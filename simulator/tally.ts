import { countSegments } from '../rules/segments';
import type { StoryLine } from './rehearsal';
import type { TimelineItem } from './timeline';

/** What a rehearsal came to, in numbers; plain data but for its methods, and the same in whatever order it was counted. */
export interface Totals {
  people: number;
  events: number;
  journeys: { [journey: string]: JourneyTotals };
  /** What kept messages back, and from how many people. */
  collisions: { [reason: string]: { asks: number; people: number } };
  /** By day of UTC. */
  days: { [day: string]: { entered: number; sent: number; kept: number } };
  /** Messages sent in each hour of UTC. */
  hours: number[];
  /** What journeys stood still for, and how many people. */
  mistakes: { [sentence: string]: number };
}

export interface JourneyTotals {
  entered: number;
  refused: Counts;
  /** By status, with the reason. */
  ended: Counts;
  /** Still under way when the clock stopped. */
  open: number;
  goals: number;
  messages: { [message: string]: MessageTotals };
}

export interface MessageTotals {
  sent: number;
  segments: number;
  suppressed: Counts;
  deferred: Counts;
}

export interface Counts {
  [reason: string]: number;
}

export class Tally {
  readonly totals: Totals = {
    people: 0,
    events: 0,
    journeys: {},
    collisions: {},
    days: {},
    hours: Array.from({ length: 24 }, () => 0),
    mistakes: {},
  };

  /** Counts what happened to one person, and answers the part that matters to them. */
  countPerson(
    items: readonly TimelineItem[],
    { events, mistake }: { readonly events: number; readonly mistake: string | undefined },
  ): StoryLine[] {
    const { totals } = this;
    const lines: StoryLine[] = [];
    const runs = new Map<unknown, { journey: string; version: number; open: boolean }>();
    const kept = new Set<string>();
    totals.people++;
    totals.events += events;
    if (mistake !== undefined) add(totals.mistakes, mistake);
    for (const item of items) {
      const line = lineOf(item, runs);
      if (!line) {
        if (item.kind === 'outcome' && item['outcome'] === 'goal') this.ofRun(runs, item).goals++;
        continue;
      }
      lines.push(line);
      this.count(line, item);
      if (line.what === 'suppressed' || line.what === 'deferred') kept.add(line.reason ?? '');
    }
    for (const reason of kept) {
      const collision = (totals.collisions[reason] ??= { asks: 0, people: 0 });
      collision.people++;
    }
    for (const run of runs.values()) if (run.open) this.of(run).open++;
    return lines;
  }

  /** Takes in what was counted elsewhere. */
  merge(other: Totals): void {
    mergeInto(this.totals as unknown as Nested, other as unknown as Nested);
  }

  private count(line: StoryLine, item: TimelineItem): void {
    const { totals } = this;
    const journey = this.of(line);
    const day = (totals.days[line.at.slice(0, 10)] ??= { entered: 0, sent: 0, kept: 0 });
    switch (line.what) {
      case 'entered':
        journey.entered++;
        day.entered++;
        break;
      case 'refused':
        add(journey.refused, line.reason ?? '');
        break;
      case 'ended':
        add(journey.ended, line.reason ?? '');
        break;
      case 'sent': {
        const message = messageOf(journey, line);
        message.sent++;
        message.segments += countSegments(String(item['body'])).segments;
        day.sent++;
        const hour = Number(line.at.slice(11, 13));
        totals.hours[hour] = (totals.hours[hour] ?? 0) + 1;
        break;
      }
      case 'suppressed':
      case 'deferred': {
        const reason = line.reason ?? '';
        add(messageOf(journey, line)[line.what], reason);
        (totals.collisions[reason] ??= { asks: 0, people: 0 }).asks++;
        day.kept++;
        break;
      }
      case 'failed':
        break;
    }
  }

  private ofRun(
    runs: ReadonlyMap<unknown, { journey: string; version: number }>,
    item: TimelineItem,
  ): JourneyTotals {
    return this.of(runs.get(item['enrollmentId']) ?? { journey: String(item['journey']), version: 0 });
  }

  private of({ journey, version }: { readonly journey: string; readonly version: number }): JourneyTotals {
    return (this.totals.journeys[`${journey} v${version}`] ??= {
      entered: 0,
      refused: {},
      ended: {},
      open: 0,
      goals: 0,
      messages: {},
    });
  }
}

function lineOf(
  item: TimelineItem,
  runs: Map<unknown, { journey: string; version: number; open: boolean }>,
): StoryLine | undefined {
  const { at } = item;
  const text = (field: string) => (typeof item[field] === 'string' ? (item[field] as string) : undefined);
  if (item.kind === 'enrollment') {
    const journey = text('journey') ?? '';
    const version = Number(item['version']);
    const status = text('status');
    const reason = text('reason');
    if (status === 'entered') {
      runs.set(item['enrollmentId'], { journey, version, open: true });
      return { at, journey, version, what: 'entered' };
    }
    if (status === 'refused') return { at, journey, version, what: 'refused', ...(reason && { reason }) };
    const run = runs.get(item['enrollmentId']);
    if (run) run.open = false;
    return {
      at,
      journey,
      version,
      what: 'ended',
      reason: reason === undefined || reason === status ? String(status) : `${status} (${reason})`,
    };
  }
  const run = runs.get(item['enrollmentId']);
  const message = text('message');
  if (!run || message === undefined) return undefined;
  const { journey, version } = run;
  const reason = text('reason');
  const until = text('until');
  if (item.kind === 'send')
    return text('status') === 'sent' ? { at, journey, version, message, what: 'sent' } : undefined;
  const verdict = item.kind === 'decision' ? text('verdict') : undefined;
  if (verdict !== 'suppressed' && verdict !== 'deferred') return undefined;
  return { at, journey, version, message, what: verdict, ...(reason && { reason }), ...(until && { until }) };
}

function messageOf(journey: JourneyTotals, { message = '' }: StoryLine): MessageTotals {
  return (journey.messages[message] ??= { sent: 0, segments: 0, suppressed: {}, deferred: {} });
}

function add(counts: Counts, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

interface Nested {
  [name: string]: number | Nested;
}

function mergeInto(into: Nested, from: Nested): void {
  for (const [name, value] of Object.entries(from)) {
    if (typeof value === 'number') into[name] = Number(into[name] ?? 0) + value;
    else {
      const within = (into[name] ??= {}) as Nested;
      mergeInto(within, value);
    }
  }
}
