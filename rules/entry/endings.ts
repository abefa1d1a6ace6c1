import type { Exit, Goal } from '../../catalog/policy';
import { asText } from './text';

interface Properties {
  readonly [property: string]: unknown;
}

export interface EndingEvent {
  readonly messageId: string;
  readonly name: string;
  readonly timestamp: Date;
  readonly properties: Properties;
}

/** What of a run decides whether an event counts for it. */
export interface RunFacts {
  readonly triggerAt: Date;
  readonly triggerMessageId: string;
  readonly triggerProperties: Properties;
}

/** Whether this event of the customer ends the run: not before its trigger, whichever arrived first. */
export function isExit(exit: Exit | undefined, run: RunFacts, event: EndingEvent): boolean {
  return exit !== undefined && 'on' in exit && concerns(exit, run, event);
}

/** Whether this event of the customer is the run's goal: in its window too, both ends included. */
export function isGoal(
  goal: Goal | undefined,
  run: RunFacts & { readonly goalUntil: Date | null },
  event: EndingEvent,
): boolean {
  if (goal === undefined || run.goalUntil === null || event.timestamp > run.goalUntil) return false;
  return concerns(goal, run, event);
}

function concerns(
  { on, match }: { readonly on: string; readonly match?: string | undefined },
  run: RunFacts,
  event: EndingEvent,
): boolean {
  if (event.name !== on || event.messageId === run.triggerMessageId) return false;
  if (event.timestamp < run.triggerAt) return false;
  if (match === undefined) return true;
  const value = asText(event.properties[match]);
  return value !== null && value === asText(run.triggerProperties[match]);
}
