import { type Jurisdiction, jurisdictionOf, type Window } from './jurisdictions';
import { addDays, toInstant, toLocal } from './time/local-time';

/** Local times between which it is quiet, half-open; may pass midnight. The same time twice: never quiet. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

export interface Whereabouts {
  /** Every IANA zone the customer may be in: it must be open in all of them. */
  readonly zones: readonly string[];
  /** Trait `region`; the narrower of its hours and the workspace's wins. */
  readonly region?: unknown;
  /** The workspace's quiet hours. Absent: only the region's. */
  readonly quiet?: QuietHours | undefined;
}

export type Openness = { readonly open: true } | { readonly open: false; readonly until: Date };

/**
 * Whether `at` lies outside quiet hours, and if not the first instant that does, in all zones at once. Where zones
 * so far apart are never open together, `until` is {@link HORIZON_DAYS} days on, to be asked again.
 */
export function openness(at: Date, where: Whereabouts): Openness {
  const until = firstOpen(at.getTime(), where);
  return until === at.getTime() ? { open: true } : { open: false, until: new Date(until) };
}

/** The hours of `date` (YYYY-MM-DD) in which sending is open. */
export function openWindows(
  date: string,
  { quiet, region }: Pick<Whereabouts, 'quiet' | 'region'>,
): Window[] {
  const jurisdiction = jurisdictionOf(region);
  const workspace = outside(quiet);
  return jurisdiction ? narrower(workspace, hoursOn(date, jurisdiction)) : workspace;
}

/** How far ahead an opening is looked for. */
const HORIZON_DAYS = 8;

function firstOpen(at: number, where: Whereabouts): number {
  const horizon = at + HORIZON_DAYS * 86_400_000;
  let candidate = at;
  while (candidate < horizon) {
    const latest = Math.max(...where.zones.map((zone) => firstOpenIn(zone, candidate, where) ?? horizon));
    if (latest === candidate) return candidate;
    candidate = latest;
  }
  return horizon;
}

function firstOpenIn(zone: string, at: number, where: Whereabouts): number | undefined {
  const today = toLocal(new Date(at), zone).date;
  for (let day = 0; day <= HORIZON_DAYS; day++) {
    const date = addDays(today, day);
    for (const { from, to } of openWindows(date, where)) {
      if (at < instant(zone, date, to)) return Math.max(at, instant(zone, date, from));
    }
  }
  return undefined;
}

function instant(zone: string, date: string, time: string): number {
  return (
    time === END_OF_DAY ? toInstant(zone, addDays(date, 1), START_OF_DAY) : toInstant(zone, date, time)
  ).getTime();
}

const START_OF_DAY = '00:00';
const END_OF_DAY = '24:00';

function outside(quiet: QuietHours | undefined): Window[] {
  if (!quiet || quiet.from === quiet.to) return [{ from: START_OF_DAY, to: END_OF_DAY }];
  if (quiet.from > quiet.to) return [{ from: quiet.to, to: quiet.from }];
  return [
    { from: START_OF_DAY, to: quiet.from },
    { from: quiet.to, to: END_OF_DAY },
  ].filter(({ from, to }) => from < to);
}

function hoursOn(date: string, { open, sunday }: Jurisdiction): Window {
  return sunday && new Date(`${date}T00:00Z`).getUTCDay() === 0 ? sunday : open;
}

function narrower(windows: Window[], limit: Window): Window[] {
  return windows
    .map(({ from, to }) => ({
      from: from > limit.from ? from : limit.from,
      to: to < limit.to ? to : limit.to,
    }))
    .filter(({ from, to }) => from < to);
}
