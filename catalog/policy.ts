import type { Duration } from './duration';
import type { Stage } from './lifecycle';
import type { EventName, EventProperties } from './types';

/** What a message is for: decides which checks of the gate it must pass. */
export type Purpose = 'transactional' | 'moment' | 'marketing';

/** A property whose value, compared as text, an event must share with the trigger. */
export type PropertyOf<E extends EventName> = E extends EventName ? keyof EventProperties<E> & string : never;

export type Entry<E extends EventName = EventName> =
  | {
      /** The event that starts a run. */
      readonly on: E;
      /** Property that tells runs of one customer apart; absent: one run a customer. Absent or empty in the event: refused `key_missing`. */
      readonly key?: PropertyOf<E>;
      /** Oldest trigger that still enters, by arrival minus timestamp, inclusive. Default: any age. */
      readonly maxAge?: Duration;
    }
  | {
      /** Enters when the customer crosses into this stage, once a crossing. */
      readonly stage: Stage;
    };

/** Ends runs; by an event (with `match`, only where that property equals the trigger's) or by the customer's stage. */
export type Exit =
  | { [E in EventName]: { readonly on: E; readonly match?: PropertyOf<E> } }[EventName]
  | { readonly stage: Stage };

export type Goal = {
  [E in EventName]: {
    readonly on: E;
    readonly match?: PropertyOf<E>;
    /** Counted from the trigger's timestamp, inclusive, also when the run is over. Days are 86,400 s. */
    readonly within: Duration;
  };
}[EventName];

export interface JourneyPolicy<E extends EventName = EventName, L extends EventName = EventName> {
  /** Part of the workflow type `<journey>.v<version>`; a published version is never edited. */
  readonly version: number;
  readonly purpose: Purpose;
  readonly enter: Entry<E>;
  /** Counted per customer, journey and key. `{ after }` from the last run's end to the trigger's timestamp, inclusive. */
  readonly reentry: 'never' | 'always' | { readonly after: Duration };
  readonly exit?: Exit;
  readonly goal?: Goal;
  /** The run belongs to this stage: it ends `exited(stage_ended)` when the customer leaves it, and its sends are refused then. */
  readonly during?: Stage;
  /** The events that `waitFor` accepts. An event nobody listens to costs Temporal nothing. Default none. */
  readonly listens?: readonly L[];
}
