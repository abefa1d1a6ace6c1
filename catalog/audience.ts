import type { Duration } from './duration';
import type { Stage } from './lifecycle';
import type { EventName } from './types';

/**
 * Who belongs to an audience. It is judged by the record as it stands when a journey is launched; windows are half-open
 * at their far end, and a day is 86,400 s.
 */
export type Condition<E extends string = string> =
  | { readonly all: readonly Condition<E>[] }
  | { readonly any: readonly Condition<E>[] }
  | { readonly not: Condition<E> }
  /** In one of these stages; `none`: never registered. */
  | { readonly stage: readonly (Stage | 'none')[] }
  /** The trait, compared as text, is one of these. A trait that is absent, or no text, number or boolean, is none. */
  | { readonly trait: string; readonly in: readonly (string | number | boolean)[] }
  /** Whether the trait is there at all. */
  | { readonly trait: string; readonly known: boolean }
  /** Did this at least `times` (default 1), `within` so long before now; ever where it is absent. */
  | { readonly did: E; readonly within?: Duration; readonly times?: number }
  | { readonly didNot: E; readonly within?: Duration }
  /** Subscribed on the channel to the number they have now, or to a topic of it, and has not said STOP. */
  | { readonly subscribedTo: 'sms'; readonly topic?: string };

/** Declares an audience; the events it names are checked by the compiler. */
export function audience(condition: Condition<EventName>): Condition<EventName> {
  return condition;
}
