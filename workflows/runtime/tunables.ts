import { elapsed, type Duration } from '../../catalog/duration';
import { JourneyMistake } from './errors';

/** What a value that may be tuned may be, both included. */
export interface Bounds<T> {
  /** The smallest value that it may be tuned to. */
  readonly least: T;
  /** The largest. */
  readonly most: T;
}

/**
 * Declares within which bounds a value may be tuned; answers the value. A project is not loaded where it is out of them
 * (`JOURNEY_BAD_TUNABLE`): what ran before still does. `npx jornada check` says where.
 *
 * @example
 * export const tunables = { reminderAfter: within(minutes(90), { least: minutes(15), most: hours(2) }) };
 */
export function within<T extends Duration | number>(value: T, { least, most }: Bounds<Kind<T>>): Kind<T> {
  if (sizeOf(least) <= sizeOf(value) && sizeOf(value) <= sizeOf(most)) return value as Kind<T>;
  throw new JourneyMistake(
    'JOURNEY_BAD_TUNABLE',
    `A value that may be tuned is ${textOf(value)} and may be ${textOf(least)} to ${textOf(most)}: set it within them, or have other bounds reviewed.`,
  );
}

/** A value is compared with its own kind. */
type Kind<T> = T extends number ? number : Duration;

const sizeOf = (value: Duration | number): number => (typeof value === 'number' ? value : elapsed(value));

/** As an author writes it. */
function textOf(value: Duration | number): string {
  if (typeof value === 'number') return String(value);
  if (value.days !== undefined) return `days(${value.days})`;
  const [unit, size] = units.find(([, ms]) => value.ms % ms === 0) ?? ['seconds', 1_000];
  return `${unit}(${value.ms / size})`;
}

const units = [
  ['hours', 3_600_000],
  ['minutes', 60_000],
] as const;
