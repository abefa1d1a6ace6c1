import { openWindows, type QuietHours } from './quiet-hours';
import { addDays, toInstant, toLocal } from './time/local-time';

export interface PlanFacts {
  readonly customers: number;
  /** SMS segments that each is sent. */
  readonly segmentsEach: number;
  /** Segments a second; absent: no limit. */
  readonly perSecond?: number | undefined;
  readonly startAt: Date;
  /** IANA zone of the workspace: where most customers are. */
  readonly zone: string;
  /** Absent for what may be sent at any hour. */
  readonly quiet?: QuietHours | undefined;
}

export interface SendingPlan {
  readonly segments: number;
  /** Milliseconds of sending, the hours between left out; absent without a limit. */
  readonly sendingMs?: number;
  /** Segments a second that would be done within the open hours of one day, rounded up to four digits. */
  readonly perSecondForOneDay: number;
  /** Whether it is done within the open hours that are left of the day it starts in. */
  readonly withinTheDay: boolean;
  /**
   * When what is sent, to how many; the last one ends when it is done, or when it closes. Absent without a limit. Of a
   * plan that takes years those of the first 400 days.
   */
  readonly windows?: readonly PlanWindow[];
}

export interface PlanWindow {
  readonly from: Date;
  readonly to: Date;
  readonly customers: number;
}

/** How long it takes to send one message to so many, and when it is done. */
export function planSending(facts: PlanFacts): SendingPlan {
  const { customers, segmentsEach, perSecond, startAt, zone } = facts;
  const segments = customers * segmentsEach;
  const today = toLocal(startAt, zone).date;
  const openMs = windowsOf(today, facts).reduce((sum, { from, to }) => sum + (to - from), 0);
  const perSecondForOneDay = openMs === 0 ? 0 : roundedUp((segments * 1_000) / openMs);
  if (perSecond === undefined) return { segments, perSecondForOneDay, withinTheDay: true };
  const eachMs = (segmentsEach * 1_000) / perSecond;
  const windows = windowsFor(facts, eachMs);
  const planned = windows.reduce((sum, window) => sum + window.customers, 0);
  const last = windows.at(-1);
  const isDone = planned === customers && (!last || fits(last.customers * eachMs, last));
  const endsToday = !last || toLocal(new Date(last.to.getTime() - 1), zone).date === today;
  return {
    segments,
    sendingMs: Math.ceil(exact(customers * eachMs)),
    perSecondForOneDay,
    withinTheDay: isDone && endsToday,
    windows,
  };
}

function fits(ms: number, { from, to }: PlanWindow): boolean {
  return exact(ms) <= to.getTime() - from.getTime();
}

/** Less what arithmetic leaves over: it is no customer, and no millisecond. */
const exact = (amount: number) => Number(amount.toPrecision(12));

/** To four digits, so that it says as much of a slow pace as of a fast one. */
function roundedUp(rate: number): number {
  const rounded = Number(rate.toPrecision(4));
  return rounded >= rate
    ? rounded
    : Number((rounded + 10 ** (Math.floor(Math.log10(rate)) - 3)).toPrecision(4));
}

/** A plan is not looked into further ahead than this. */
const HORIZON_DAYS = 400;

function windowsFor(facts: PlanFacts, eachMs: number): PlanWindow[] {
  const { customers, startAt, zone } = facts;
  const start = startAt.getTime();
  const windows: PlanWindow[] = [];
  let left = customers;
  let date = toLocal(startAt, zone).date;
  for (let day = 0; day < HORIZON_DAYS && left > 0; day++, date = addDays(date, 1)) {
    for (const { from: opens, to } of windowsOf(date, facts)) {
      const from = Math.max(opens, start);
      if (from >= to) continue;
      // Whose turn begins while it is open is sent to, be the turn ever so long.
      const sent = Math.min(left, Math.ceil(exact((to - from) / eachMs)));
      const end = sent < left ? to : Math.min(to, from + Math.ceil(exact(sent * eachMs)));
      windows.push({ from: new Date(from), to: new Date(end), customers: sent });
      left -= sent;
    }
  }
  return windows;
}

function windowsOf(date: string, { quiet, zone }: PlanFacts): { from: number; to: number }[] {
  return openWindows(date, { quiet }).map(({ from, to }) => ({
    from: toInstant(zone, date, from).getTime(),
    to: (to === '24:00' ? toInstant(zone, addDays(date, 1), '00:00') : toInstant(zone, date, to)).getTime(),
  }));
}
