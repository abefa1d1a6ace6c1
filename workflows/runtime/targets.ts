import type { Duration } from '../../catalog/duration';
import { giveUp, JourneyMistake } from './errors';

/** An instant: epoch milliseconds, or ISO 8601 with its offset, as events and offers carry it. */
export type Instant = number | string;

/** A time of day, `HH:mm`, 00:00 to 23:59. */
export type TimeOfDay = `${number}:${number}`;

/**
 * What `j.until` waits for: made by `localTime`, `day`, `date`, `before` and `after`. Local ones are kept as local time and
 * resolved late, again when the customer's zone changes.
 */
export type Target =
  | {
      readonly kind: 'instant';
      /** Epoch milliseconds. */
      readonly at: number;
    }
  | ({ readonly kind: 'next' } & AtTime)
  | ({
      readonly kind: 'day';
      /** Counted from day 0, the local date at entry. */
      readonly day: number;
    } & AtTime)
  | ({
      readonly kind: 'date';
      /** YYYY-MM-DD. */
      readonly date: string;
    } & AtTime)
  | ({ readonly kind: 'before' } & DaysFrom)
  | ({ readonly kind: 'after' } & DaysFrom);

interface AtTime {
  /** HH:mm where the customer is. */
  readonly time: string;
}

interface DaysFrom {
  /** Epoch milliseconds. */
  readonly from: number;
  /** Of the calendar, at the same wall time. */
  readonly days: number;
}

/** The next time that clocks at the customer's show `time`; never past. */
export function localTime(time: TimeOfDay): Target {
  return { kind: 'next', time: checkedTime(time) };
}

/**
 * A time of day on the `n`-th day of the run, the customer's local date at entry being day 0.
 * @example await j.until(day(2).at('10:00'))
 */
export function day(n: number): { at(time: TimeOfDay): Target } {
  if (!Number.isInteger(n)) throw new JourneyMistake('JOURNEY_BAD_TIME', `day(${n}) is no whole day.`);
  return { at: (time) => ({ kind: 'day', day: n, time: checkedTime(time) }) };
}

/**
 * A time of day on a calendar date (`YYYY-MM-DD`) where the customer is.
 * @example await j.until(date('2027-12-24').at('09:00'))
 */
export function date(text: string): { at(time: TimeOfDay): Target } {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) {
    throw new JourneyMistake('JOURNEY_BAD_TIME', `date('${text}') is no date: write YYYY-MM-DD.`);
  }
  return { at: (time) => ({ kind: 'date', date: text, time: checkedTime(time) }) };
}

/**
 * So long before an instant: `hours` and less are elapsed time, `days` the same wall time that many days before.
 * @example await j.until(before(booking.startsAt, hours(24)))
 */
export function before(instant: Instant, duration: Duration): Target {
  const from = instantOf(instant);
  checkDuration(duration);
  return duration.days === undefined
    ? { kind: 'instant', at: from - duration.ms }
    : { kind: 'before', from, days: duration.days };
}

/** So long after an instant, counted as in `before`. */
export function after(instant: Instant, duration: Duration): Target {
  const from = instantOf(instant);
  checkDuration(duration);
  return duration.days === undefined
    ? { kind: 'instant', at: from + duration.ms }
    : { kind: 'after', from, days: duration.days };
}

/** Ends the run `failed` where an event carries what is no instant. */
export function instantOf(instant: Instant): number {
  const at = typeof instant === 'number' ? instant : Date.parse(instant);
  if (!Number.isFinite(at)) {
    throw giveUp(
      'JOURNEY_BAD_INSTANT',
      'An instant must be ISO 8601 with its offset, or epoch milliseconds.',
    );
  }
  return at;
}

export function checkDuration({ ms, days }: Duration): void {
  const fits = days === undefined ? ms >= 0 && Number.isFinite(ms) : Number.isInteger(days) && days >= 0;
  if (fits) return;
  throw new JourneyMistake(
    'JOURNEY_BAD_DURATION',
    days === undefined
      ? `${ms} ms is no length of time.`
      : `days(${days}) must be whole and not negative; take hours() for parts of a day.`,
  );
}

function checkedTime(time: string): string {
  if (/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) return time;
  throw new JourneyMistake('JOURNEY_BAD_TIME', `'${time}' is no time of day: write HH:mm, 00:00 to 23:59.`);
}
