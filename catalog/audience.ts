import type { Duration } from './duration';
import type { Stage } from './lifecycle';
import type { EventName, TraitValues } from './types';

/**
 * Who belongs to an audience. It is judged by the record as it stands when a journey is launched; windows are half-open
 * at their far end, and a day is 86,400 s.
 */
export type Condition<E extends string = string, T extends object = { readonly [trait: string]: unknown }> =
  | { readonly all: readonly Condition<E, T>[] }
  | { readonly any: readonly Condition<E, T>[] }
  | { readonly not: Condition<E, T> }
  /** In one of these stages; `none`: never registered. */
  | { readonly stage: readonly (Stage | 'none')[] }
  | TraitCondition<T>
  /** Did this at least `times` (default 1), `within` so long before now; ever where it is absent. */
  | { readonly did: E; readonly within?: Duration; readonly times?: number }
  | { readonly didNot: E; readonly within?: Duration }
  /** Subscribed on the channel to the number they have now, or to a topic of it, and has not said STOP. */
  | { readonly subscribedTo: 'sms'; readonly topic?: string };

type TraitCondition<T> = {
  [N in keyof T & string]:
    | {
        readonly trait: N;
        /** The trait, compared as text, is one of these. A trait that is absent, or no text, number or boolean, is none. */
        readonly in: readonly Comparable<T[N]>[];
      }
    | {
        readonly trait: N;
        /** Whether the trait is there at all, with whatever value. */
        readonly known: boolean;
      };
}[keyof T & string];

type Comparable<Value> = unknown extends Value ? Scalar : Extract<Value, Scalar>;
type Scalar = string | number | boolean;

/** Declares an audience; the events and traits it names are checked by the compiler. */
export function audience(condition: Condition<EventName, TraitValues>): Condition<EventName> {
  return condition;
}
