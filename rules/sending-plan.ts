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
  /** When what is sent, to how many; the last one ends when it is done. Absent without a limit. */
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
  const windows = windowsFor(facts, perSecond / segmentsEach);
  const last = windows.at(-1);
  return {
    segments,
    sendingMs: Math.ceil((segments / perSecond) * 1_000),
    perSecondForOneDay,
    withinTheDay: last === undefined || toLocal(new Date(last.to.getTime() - 1), zone).date === today,
    windows,
  };
}

/** To four digits, so that it says as much of a slow pace as of a fast one. */
function roundedUp(rate: number): number {
  const rounded = Number(rate.toPrecision(4));
  return rounded >= rate
    ? rounded
    : Number((rounded + 10 ** (Math.floor(Math.log10(rate)) - 3)).toPrecision(4));
}

/** A plan is not looked into further ahead than this. */
const HORIZON_DAYS = 400;

function windowsFor(facts: PlanFacts, customersPerSecond: number): PlanWindow[] {
  const { customers, startAt, zone } = facts;
  const start = startAt.getTime();
  const windows: PlanWindow[] = [];
  let left = customers;
  let date = toLocal(startAt, zone).date;
  for (let day = 0; day < HORIZON_DAYS && left > 0; day++, date = addDays(date, 1)) {
    for (const { from: opens, to } of windowsOf(date, facts)) {
      const from = Math.max(opens, start);
      if (from >= to || left <= 0) continue;
      const most = Math.floor(((to - from) / 1_000) * customersPerSecond);
      const sent = Math.min(left, most);
      const end = sent < left ? to : Math.min(to, from + Math.ceil((sent / customersPerSecond) * 1_000));
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
