import type { JourneyPolicy } from '../../catalog/policy';
import type { CodedOfferName, EventName } from '../../catalog/types';
import { JourneyMistake } from './errors';
import type { JourneyRun, Trigger } from './journey-run';

/** A journey as the router, the worker and the docs see it. */
export interface Journey {
  /** Its name for ever. */
  readonly id: string;
  /** As it was declared. */
  readonly policy: JourneyPolicy;
  /** The flow, its types erased: the runtime gives each run the trigger it entered by. */
  readonly flow: (j: object, trigger: object) => Promise<void>;
}

/** What a journey does: `j` has its steps, the trigger the properties of what started the run. */
export type Flow<E extends EventName, L extends EventName, C extends CodedOfferName> = (
  j: JourneyRun<E, L, C>,
  trigger: Trigger<E>,
) => Promise<void>;

/**
 * Declares a journey: its policy, which is data, and its flow, which is code.
 *
 * @param id lower-case words joined by hyphens; part of the workflow's id and type, never changed.
 * @param policy who enters, when again, what ends it, and which events its waits may name.
 * @param flow what it does. It may decide by its trigger, by the answers of its steps and by `j.now`; it must do the same
 *   thing every time it is walked through, so no clock, randomness, network or state of its own. A plain error thrown in
 *   it stops the run where it stands until mended code is deployed; an `ApplicationFailure` ends it `failed`.
 */
export function journey<
  E extends EventName = never,
  L extends EventName = never,
  C extends CodedOfferName = never,
>(id: string, policy: JourneyPolicy<E, L, C>, flow: Flow<E, L, C>): Journey {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
    throw new JourneyMistake('JOURNEY_INVALID', `'${id}' must be lower-case words joined by hyphens.`);
  }
  if (!Number.isInteger(policy.version) || policy.version < 1) {
    throw new JourneyMistake('JOURNEY_INVALID', `The version of ${id} must be a whole number from 1.`);
  }
  return { id, policy, flow: (j, trigger) => flow(j as JourneyRun<E, L, C>, trigger as Trigger<E>) };
}
