import type { Duration } from '../../catalog/duration';

/** What a value that may be tuned may be, both included. */
export interface Bounds<T> {
  /** The smallest value that it may be tuned to. */
  readonly least: T;
  /** The largest. */
  readonly most: T;
}

/**
 * Declares within which bounds a value may be tuned; answers the value. `npx jornada check` fails where it is out of them.
 *
 * @example
 * export const tunables = { reminderAfter: within(minutes(90), { least: minutes(15), most: hours(2) }) };
 */
export function within<T extends Duration | number>(value: T, _bounds: Bounds<Kind<T>>): Kind<T> {
  return value as Kind<T>;
}

/** A value is compared with its own kind. */
type Kind<T> = T extends number ? number : Duration;
