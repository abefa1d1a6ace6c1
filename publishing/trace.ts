import { temporal } from '@temporalio/proto';
import type { History } from './rehearsal';

/** One thing that a run asks its engine for. */
export interface Command {
  /** The activity's name, `timer`, `continue`, or `end`. */
  readonly kind: string;
  /** In words. */
  readonly what: string;
}

export type TraceSinks = { trace: { asked(command: Command): void } };

const { EventType } = temporal.api.enums.v1;

/** What a recorded run asked for, in order: local activities leave a marker, timers an event of their own. */
export function recordedCommands({ events }: History): Command[] {
  return (events ?? []).flatMap((event): Command[] => {
    const what = jsonOf(event.userMetadata?.summary?.data);
    switch (event.eventType) {
      case EventType.EVENT_TYPE_MARKER_RECORDED: {
        const marker = event.markerRecordedEventAttributes?.details?.data?.payloads?.[0]?.data;
        const kind = fieldOf(jsonOf(marker), 'activity_type') ?? 'activity';
        return [{ kind, what: textOf(what, kind) }];
      }
      case EventType.EVENT_TYPE_TIMER_STARTED:
        return [{ kind: 'timer', what: textOf(what, 'wait') }];
      case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
        return [{ kind: 'continue', what: 'go on in a new history' }];
      case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
        return [{ kind: 'end', what: 'end' }];
      default:
        return [];
    }
  });
}

/** The first thing that today's code asks for otherwise, in words. A recorded run that sleeps may go on. */
export function firstDifference(recorded: readonly Command[], today: readonly Command[]): string {
  const place = recorded.findIndex((command, index) => differs(command, today[index]));
  const at = place < 0 ? recorded.length : place;
  const [before, then, now] = [recorded[at - 1], recorded[at], today[at]];
  const goesOn = now
    ? before
      ? `goes on with “${now.what}”`
      : `begins with “${now.what}”`
    : 'asks for nothing more';
  if (!before) return `it ${then ? `began with “${then.what}”` : 'slept'}, and today's code ${goesOn}`;
  return `after “${before.what}” it ${then ? `went on with “${then.what}”` : 'slept'}, and today's code ${goesOn}`;
}

/**
 * Of runs that do the same things in the same order: the first that is done with something else, in words, as another
 * message sent by the same step. Only such steps are compared: timers may stand in another place than they were asked in.
 */
export function firstOtherName(recorded: readonly Command[], today: readonly Command[]): string | undefined {
  const then = recorded.filter(({ kind }) => NAMING.has(kind));
  const now = today.filter(({ kind }) => NAMING.has(kind));
  return then.some((command, index) => differs(command, now[index])) ? firstDifference(then, now) : undefined;
}

/**
 * Of runs that do the same things in the same order: the first wait that is for other events than the recorded one, in words.
 * Each recorded timer tells what it was set for; today's code asks for these and more, for those that are canceled in the
 * task that set them leave no trace.
 */
export function firstOtherWait(recorded: readonly Command[], today: readonly Command[]): string | undefined {
  const asked = awaited(today);
  let at = 0;
  for (const events of awaited(recorded)) {
    const found = asked.indexOf(events, at);
    if (found < 0)
      return `it was waiting for ${events}, and today's code waits for ${asked[at] ?? 'no event'}`;
    at = found + 1;
  }
  return undefined;
}

/** `Order Completed or Order Canceled`, in the order of the alphabet, for each timer of a wait for events. */
function awaited(commands: readonly Command[]): string[] {
  return commands.flatMap(({ kind, what }) => {
    const [, events] = (kind === 'timer' && /^waiting for (.+) until /.exec(what)) || [];
    return events === undefined ? [] : [events.split(' or ').sort().join(' or ')];
  });
}

/** What is done with something of a name; a history holds the name, for it holds what the step was called. */
const NAMING: ReadonlySet<string> = new Set(['send', 'grantOffer', 'experiment', 'recordOutcome']);

function differs({ kind, what }: Command, other: Command | undefined): boolean {
  return kind !== other?.kind || (NAMING.has(kind) && what !== other.what);
}

function jsonOf(data: Uint8Array | null | undefined): unknown {
  if (!data) return undefined;
  try {
    return JSON.parse(Buffer.from(data).toString());
  } catch {
    // Encoded by a codec of the deployment's own.
    return undefined;
  }
}

const textOf = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

function fieldOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field = (value as { [name: string]: unknown })[name];
  return typeof field === 'string' ? field : undefined;
}
