import { toLocal } from '../../../rules/time/local-time';
import type { Estimate } from '../../launch/estimate';

/** @param zone IANA zone that instants are told in */
export function estimateLines(estimate: Estimate, zone: string): string[] {
  const { journey, audience, expected, lastEntered, codesLeft, held, message, segmentsEach, plan, gate } =
    estimate;
  const lines = [
    `${count(expected)} in ${audience} would enter ${journey} now${
      lastEntered === undefined
        ? '; it has not been launched before'
        : `; the last launch entered ${count(lastEntered)}`
    }.`,
  ];
  if (codesLeft !== undefined) {
    const beyond = Math.max(0, expected - codesLeft);
    const refused = beyond > 0 ? `: ${count(beyond)} would be refused for want of one` : '';
    lines.push(`${count(codesLeft)} codes are left${refused}.`);
  }
  if (held) lines.push('That is more than ten times the last: it is held until somebody approves it.');
  lines.push(
    message === undefined
      ? 'It sends nothing at once, so sending is reckoned at one segment each.'
      : `It sends ${message} first, ${segmentsEach} ${segmentsEach === 1 ? 'segment' : 'segments'} each: ${count(plan.segments)} in all.`,
  );
  lines.push(...planLines(estimate, zone));
  if (gate && gate.asked > 0) {
    const whom = gate.asked === gate.of ? `all ${count(gate.of)}` : `${count(gate.asked)} of them, by chance`;
    lines.push(`Asked about now, of ${whom}:`);
    const verdicts = Object.entries(gate.verdicts).sort(([, a], [, b]) => b - a);
    for (const [verdict, n] of verdicts) lines.push(`  ${verdict}  ${count(n)}`);
  }
  return lines;
}

/** How long sending takes, and when it is done. */
export function planLines({ perSecond, plan }: Pick<Estimate, 'perSecond' | 'plan'>, zone: string): string[] {
  const lines: string[] = [];
  if (perSecond === undefined || plan.sendingMs === undefined) {
    lines.push('No pace is set in the workspace: it goes as fast as the provider takes it.');
  } else {
    lines.push(`At ${perSecond} segments a second that is ${span(plan.sendingMs)} of sending.`);
    lines.push(...windowLines(plan.windows ?? [], zone));
    if (!plan.withinTheDay) lines.push('It cannot finish within the open hours of the day it starts in.');
  }
  if (plan.perSecondForOneDay > 0) {
    lines.push(
      `To finish within one day's open hours ${plan.perSecondForOneDay} segments a second are needed.`,
    );
  }
  return lines;
}

/** All of them, or where they are many the first and the last. */
function windowLines(windows: NonNullable<Estimate['plan']['windows']>, zone: string): string[] {
  const lines = windows.map(
    ({ from, to, customers }) =>
      `  ${local(from, zone)} to ${local(to, zone)}  ${count(customers)} ${customers === 1 ? 'customer' : 'customers'}`,
  );
  const between = lines.length - SHOWN - 1;
  if (between < 2) return lines;
  return [...lines.slice(0, SHOWN), `  … and so on, ${between} times more`, ...lines.slice(-1)];
}

const SHOWN = 7;

const count = (n: number) => n.toLocaleString('en-US');

/** `16 h 40 min` */
function span(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes} min` : `${hours} h ${minutes % 60} min`;
}

function local(at: Date, zone: string): string {
  const { date, time } = toLocal(at, zone);
  return `${date} ${time.slice(0, 5)}`;
}
