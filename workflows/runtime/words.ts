import type { LocalTarget } from './contract';

/** What operators read in Temporal's UI. Words only: nothing is decided by them, so they may use the time-zone data. */

/** `16:03 New York time`, with the date where it is another day than `now`. */
export function localWords(at: number, now: number, zone: string): string {
  const { place, read } = clockIn(zone);
  const { date, time } = read(at);
  return date === read(now).date ? `${time} ${place}` : `${time} on ${date}, ${place}`;
}

/** `10:00 on day 2` */
export function targetWords(target: LocalTarget): string {
  switch (target.kind) {
    case 'next':
      return `${target.time} next`;
    case 'day':
      return `${target.time} on day ${target.day}`;
    case 'date':
      return `${target.time} on ${target.date}`;
    case 'after':
      return `${target.days} ${target.days === 1 ? 'day' : 'days'} later`;
    case 'before':
      return `${target.days} ${target.days === 1 ? 'day' : 'days'} earlier`;
  }
}

/** Temporal refuses longer summaries. */
const SUMMARY_LIMIT = 200;

export function summary(text: string): string {
  return text.length <= SUMMARY_LIMIT ? text : `${text.slice(0, SUMMARY_LIMIT - 1)}…`;
}

/** `Visit Checked In or Offer Redeemed` */
export function eitherOf(names: readonly string[]): string {
  return [...new Set(names)].join(' or ');
}

interface Clock {
  /** `New York time` */
  readonly place: string;
  read(at: number): { readonly date: string; readonly time: string };
}

/** One for each zone and process: they are dear to make, and read the same for every run. */
const clocks = new Map<string, Clock>();

function clockIn(zone: string): Clock {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = newClock(zone);
  clocks.set(zone, clock);
  return clock;
}

function newClock(timeZone: string): Clock {
  try {
    const format = new Intl.DateTimeFormat('en-GB', { ...fields, timeZone });
    const city = timeZone.slice(timeZone.lastIndexOf('/') + 1).replaceAll('_', ' ');
    return { place: city === 'UTC' ? city : `${city} time`, read: (at) => parts(format, at) };
  } catch (error) {
    // A zone that this machine's data lack must not hold up a run.
    if (timeZone === 'UTC') throw error;
    return newClock('UTC');
  }
}

const fields = {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const;

function parts(format: Intl.DateTimeFormat, at: number): ReturnType<Clock['read']> {
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return { date: `${part.day} ${part.month} ${part.year}`, time: `${part.hour}:${part.minute}` };
}
