import { once } from 'node:events';
import { closeSync, createWriteStream, openSync, writeFileSync } from 'node:fs';
import type { Parting } from '../../../simulator/comparison';
import type { Person } from '../../../simulator/rehearsal';
import type { Rehearsed } from '../../../simulator/rehearser';
import { Tally, type Totals } from '../../../simulator/tally';
import type { Context } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { ProgressLine } from '../terminal';
import { rehearseInThreads } from './pool';
import type { Report } from './report';
import { reportLines } from './report-lines';
import { reportPage } from './report-page';

export interface RunOptions {
  readonly threads: number;
  readonly price: number;
  readonly html?: string;
  readonly ndjson?: string;
}

export interface Plan {
  /** The journeys that are rehearsed; two lists of them side by side. */
  readonly sides: readonly (readonly string[])[];
  readonly span: { readonly from: Date; readonly to: Date; readonly seed: string };
  readonly people: AsyncIterable<Person> | Iterable<Person>;
  readonly expected: number;
}

/** Differences that are shown; all of them are in the NDJSON. */
const MOST_SHOWN = 20;

/** Rehearses a plan, with progress on standard error, and tells what came of it. */
export async function runRehearsal(context: Context, options: RunOptions, plan: Plan): Promise<void> {
  // Before all the work: a file that cannot be written is told of at once.
  const page = options.html === undefined ? undefined : openToWrite(options.html);
  const ndjson = options.ndjson === undefined ? undefined : openToWrite(options.ndjson);
  const tallies = plan.sides.map(() => new Tally());
  const shown: Parting[] = [];
  let parted = 0;
  const progress = progressOf(context, plan.expected);
  const lines = ndjson === undefined ? undefined : createWriteStream('', { fd: ndjson });
  const take = async ({ totals, stories, partings, parted: more }: Rehearsed, count: number) => {
    for (const [side, one] of totals.entries()) tallies[side]?.merge(one);
    for (const story of stories) lines?.write(`${JSON.stringify({ kind: 'person', ...story })}\n`);
    for (const parting of partings) lines?.write(`${JSON.stringify({ kind: 'difference', ...parting })}\n`);
    shown.push(...partings.slice(0, MOST_SHOWN - shown.length));
    parted += more;
    progress.add(count);
    // A disk that is slower than the threads holds them up; what waits for it would fill the memory.
    if (lines?.writableNeedDrain) await once(lines, 'drain');
  };
  const span = { ...plan.span, tellStories: lines !== undefined };
  await rehearseInThreads({ sides: plan.sides, span, threads: options.threads }, plan.people, take);
  progress.end();
  const names = plan.sides.map((side) => side.join(', '));
  const totals = tallies.map((tally) => tally.totals);
  if (lines) {
    for (const [side, one] of totals.entries())
      lines.write(`${JSON.stringify({ kind: 'totals', of: names[side], ...one })}\n`);
    lines.end();
    await once(lines, 'finish');
  }
  const report = reportOf(options, { plan, names, totals, shown, parted });
  if (page !== undefined) {
    writeFileSync(page, reportPage(report));
    closeSync(page);
  }
  tell(context, options, report);
}

function openToWrite(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (cause) {
    throw new CliError(exitCodes.notFound, 'file_not_written', `${file} cannot be written.`, { cause });
  }
}

interface Outcome {
  readonly plan: Plan;
  readonly names: readonly string[];
  readonly totals: readonly Totals[];
  readonly shown: readonly Parting[];
  readonly parted: number;
}

function reportOf({ price }: RunOptions, { plan, names, totals, shown, parted }: Outcome): Report {
  const { from, to, seed } = plan.span;
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    seed,
    price,
    sides: totals.map((one, side) => ({ of: names[side] ?? '', totals: one })),
    differences: totals.length > 1 ? { parted, shown } : undefined,
  };
}

function tell(context: Context, { html }: RunOptions, report: Report): void {
  if (context.json) return context.sayJson(report);
  context.say(...reportLines(report, (text) => context.paint('bold', text)));
  if (html !== undefined) context.say('', `Pictures: ${html}`);
}

function progressOf({ terminal }: Context, expected: number) {
  const line = new ProgressLine(terminal.err);
  const begun = performance.now();
  let done = 0;
  return {
    add(count: number) {
      done += count;
      const rate = done / ((performance.now() - begun) / 1_000);
      const left = Math.ceil(Math.max(0, expected - done) / rate);
      line.show(`${done} of ${expected} people, ${Math.round(rate)} a second, ${left} s left`);
    },
    end: () => line.clear(),
  };
}
