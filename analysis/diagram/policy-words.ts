import type { JourneyPolicy } from '../../catalog/policy';
import { durationWords } from '../words';

/** What a policy says, row by row. Members that the source alone does not tell are left out. */
export function policyRows(policy: Partial<JourneyPolicy>): [name: string, words: string][] {
  const { purpose, enter, reentry, during, listens } = policy;
  const rows: [string, string | undefined][] = [
    ['purpose', purpose],
    ['enters on', enter && entryWords(enter)],
    ['re-entry', reentry && reentryWords(reentry)],
    ['during', during && `stage ${during}`],
    ['listens to', listens && listens.length > 0 ? listens.join(', ') : undefined],
    ...Object.entries(policy)
      .filter(([name]) => !KNOWN.has(name))
      .map(([name, value]): [string, string] => [name, anyWords(value)]),
  ];
  return rows.flatMap(([name, words]) => (words === undefined ? [] : [[name, words]]));
}

/** What can end a run at any moment: on what, and how it ends. */
export function endings({ exit, goal, during }: Partial<JourneyPolicy>): { on: string; how: string }[] {
  const found: { on: string; how: string }[] = [];
  if (exit) {
    const on = 'on' in exit ? `${exit.on}${sameWords(exit.match)}` : `stage ${exit.stage}`;
    found.push({ on, how: 'exited' });
  }
  if (during) found.push({ on: `no longer in stage ${during}`, how: 'exited' });
  if (goal) {
    found.push({
      on: `${goal.on}${sameWords(goal.match)}, within ${durationWords(goal.within)}`,
      how: 'converted',
    });
  }
  return found;
}

/** What starts a run, by its name. */
export function triggerWords(enter: JourneyPolicy['enter']): string {
  if ('on' in enter) return enter.on;
  return 'stage' in enter ? `stage ${enter.stage}` : anyWords(enter);
}

function entryWords(enter: JourneyPolicy['enter']): string {
  if ('stage' in enter) return `stage ${enter.stage}`;
  if (!('on' in enter)) return anyWords(enter);
  const key = enter.key === undefined ? '' : `, one run for each ${enter.key}`;
  const age = enter.maxAge ? `, at most ${durationWords(enter.maxAge)} old` : '';
  return `${enter.on}${key}${age}`;
}

const KNOWN = new Set([
  'version',
  'purpose',
  'enter',
  'reentry',
  'during',
  'listens',
  'exit',
  'goal',
  'migrations',
]);

function reentryWords(reentry: JourneyPolicy['reentry']): string {
  return typeof reentry === 'string' ? reentry : `after ${durationWords(reentry.after)}`;
}

const sameWords = (match: string | undefined): string => (match === undefined ? '' : `, same ${match}`);

/** Anything a policy may hold, on one line. */
function anyWords(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('ms' in value && typeof value.ms === 'number') return durationWords({ ms: value.ms });
  if ('days' in value && typeof value.days === 'number') return durationWords({ days: value.days });
  if (Array.isArray(value)) return value.map(anyWords).join(', ');
  return Object.entries(value)
    .map(([name, one]) => `${name} ${anyWords(one)}`)
    .join(', ');
}
