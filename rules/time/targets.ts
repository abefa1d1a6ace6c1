import { addDays, toInstant, toLocal } from './local-time';

/** A local point in time, kept as such and resolved late. Instants are epoch milliseconds, times `HH:mm`. */
export type LocalTarget =
  | { readonly kind: 'after'; readonly from: number; readonly days: number }
  | { readonly kind: 'before'; readonly from: number; readonly days: number }
  | { readonly kind: 'next'; readonly from: number; readonly time: string }
  | { readonly kind: 'day'; readonly day: number; readonly time: string }
  | { readonly kind: 'date'; readonly date: string; readonly time: string };

export interface Place {
  /** IANA zone the customer is in now. */
  readonly zone: string;
  /** Local date at entry, YYYY-MM-DD: what `day` counts from. It does not move with the zone. */
  readonly dayZero: string;
  /**
   * Zone in which the clock was read when the wait began: `after` and `before` keep the wall time of `from` in it.
   * Default `zone`.
   */
  readonly startedIn?: string;
}

/** The instant (epoch milliseconds) that `target` falls on. A skipped local time moves forward, a repeated one is its first. */
export function resolveTarget(target: LocalTarget, place: Place): number {
  switch (target.kind) {
    case 'after':
      return sameWallTime(target.from, target.days, place);
    case 'before':
      return sameWallTime(target.from, -target.days, place);
    case 'next':
      return nextTime(target.from, target.time, place.zone);
    case 'day':
      return toInstant(place.zone, addDays(place.dayZero, target.day), target.time).getTime();
    case 'date':
      return toInstant(place.zone, target.date, target.time).getTime();
  }
}

function sameWallTime(from: number, days: number, { zone, startedIn = zone }: Place): number {
  // The second pass of a repeated hour would come back as the first.
  if (days === 0 && zone === startedIn) return from;
  const { date, time } = toLocal(new Date(from), startedIn);
  const milliseconds = String(((from % 1000) + 1000) % 1000).padStart(3, '0');
  return toInstant(zone, addDays(date, days), `${time}.${milliseconds}`).getTime();
}

/** Strictly after `from`: a daily step that wakes on time goes on to the next day, and a repeated hour gives one step. */
function nextTime(from: number, time: string, zone: string): number {
  let { date } = toLocal(new Date(from), zone);
  for (;;) {
    const at = toInstant(zone, date, time).getTime();
    if (at > from) return at;
    date = addDays(date, 1);
  }
}
