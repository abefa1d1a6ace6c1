import type { Duration } from './duration';
import type { Stage } from './lifecycle';
import type { EventName, TraitValues } from './types';

/**
 * Who belongs to an audience. It is judged by the record as it stands when a journey is launched; windows are half-open
 * at their far end, and a day is 86,400 s.
 */
export type Condition<E extends string = string, T extends object = { readonly [trait: string]: unknown }> =
  | {
      /** All of these hold; of none, everybody. */
      readonly all: readonly Condition<E, T>[];
    }
  | {
      /** At least one of these holds; of none, nobody. */
      readonly any: readonly Condition<E, T>[];
    }
  | {
      /** This does not hold. */
      readonly not: Condition<E, T>;
    }
  | {
      /** In one of these stages; `none`: never registered. */
      readonly stage: readonly (Stage | 'none')[];
    }
  | TraitCondition<T>
  | {
      /** The event happened to them, and has arrived. */
      readonly did: E;
      /** How long ago at most; a day is 86,400 s. Default: ever. */
      readonly within?: Duration;
      /** How often at least. Default 1. */
      readonly times?: number;
    }
  | {
      /** The event has not happened to them. */
      readonly didNot: E;
      /** Not in so long before now; a day is 86,400 s. Default: never. */
      readonly within?: Duration;
    }
  | {
      /** Subscribed on the channel, with the number they have now, and has not said STOP. */
      readonly subscribedTo: 'sms';
      /** To this topic of it. Default: to the channel itself. */
      readonly topic?: string;
    };

type TraitCondition<T> = {
  [N in keyof T & string]:
    | {
        /** A trait of theirs, as it stands on record. */
        readonly trait: N;
        /** The trait, compared as text, is one of these. A trait that is absent, or no text, number or boolean, is none. */
        readonly in: readonly Comparable<T[N]>[];
      }
    | {
        /** A trait of theirs, as it stands on record. */
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
