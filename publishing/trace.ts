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
  const place = recorded.findIndex(
    ({ kind, what }, index) =>
      kind !== today[index]?.kind || (kind === 'send' && what !== today[index]?.what),
  );
  const before = recorded[(place < 0 ? recorded.length : place) - 1];
  const where = before ? `after “${before.what}”` : 'at its beginning';
  const then = place < 0 ? 'it slept' : `it went on with “${recorded[place]?.what ?? ''}”`;
  const now = today[place < 0 ? recorded.length : place];
  return `${where} ${then}, and today's code ${now ? `goes on with “${now.what}”` : 'asks for nothing more'}`;
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
