import { createWriteStream, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { once } from 'node:events';
import type { Command } from 'commander';
import type { Parting } from '../../../simulator/comparison';
import type { SimulatedProject } from '../../../simulator/project';
import type { Person } from '../../../simulator/rehearsal';
import type { Rehearsed } from '../../../simulator/rehearser';
import type { Totals } from '../../../simulator/tally';
import type { Context } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { instant, wholeNumber } from '../option-values';
import type { CommandRunner } from '../program';
import { ProgressLine } from '../terminal';

interface CommonOptions {
  readonly seed: string;
  readonly threads: number;
  readonly price: number;
  readonly html?: string;
  readonly ndjson?: string;
}

interface SimulateOptions extends CommonOptions {
  readonly profiles: string;
  readonly people: number;
  readonly events?: string;
  readonly days: number;
  readonly from: Date;
}

interface BacktestOptions extends CommonOptions {
  readonly from: Date;
  readonly to: Date;
  readonly compare?: true;
}

const DAY = 86_400_000;
/** Of an American SMS segment in dollars, carrier fees included, as an order of magnitude. */
const USUAL_PRICE = 0.0113;
/** Differences that are shown; all of them are in the NDJSON. */
const MOST_SHOWN = 20;

/** `simulate` and `backtest`: what journeys would do, without anything being done. */
export function rehearseCommands(program: Command, run: CommandRunner): void {
  common(program.command('simulate'))
    .description('run journeys over people who do not exist, on a virtual clock; nothing is sent or stored')
    .argument('<journey...>', 'by name, or as <journey>@<version>')
    .option('--profiles <csv>', 'a table of profiles, or `generated`', 'generated')
    .option('--people <n>', 'how many are generated', wholeNumber('--people'), 1_000)
    .option('--events <ndjson>', 'what they do: calls of the tracking API, one a line (default: generated)')
    .option('--days <n>', 'for how long', wholeNumber('--days'), 90)
    .option('--from <instant>', 'where the clock begins', instant('--from'), new Date('2027-01-04T00:00:00Z'))
    .action(
      run<SimulateOptions>(async (context, options, [journeys]) => {
        const { from, days, seed } = options;
        const { selectProject } = await import('../rehearse/select-journeys.js');
        const project = await selectProject(journeys as string[]);
        const span = { from, to: new Date(from.getTime() + days * DAY), seed };
        const sides = [journeys as string[]];
        await rehearse(context, options, { sides, span, ...(await simulatedPeople(project, options)) });
      }),
    );

  common(program.command('backtest'))
    .description('run journeys over what really was recorded; nothing is sent or stored')
    .argument('<journey...>', 'by name, or as <journey>@<version>')
    .requiredOption('--from <instant>', 'before this nobody enters', instant('--from'))
    .requiredOption('--to <instant>', 'where the clock stops', instant('--to'))
    .option('--compare', 'two versions of a journey side by side, and who is treated differently')
    .action(
      run<BacktestOptions>(async (context, options, [given]) => {
        const journeys = given as string[];
        const sides = options.compare ? journeys.map((one) => [one]) : [journeys];
        if (options.compare && sides.length !== 2) {
          throw new CliError(
            exitCodes.usage,
            'bad_comparison',
            '--compare takes two journeys: <journey>@<version> <journey>@<version>.',
          );
        }
        const span = { from: options.from, to: options.to, seed: options.seed };
        await context.database(async (db) => {
          const { countRecordedPeople, readRecordedPeople } = await import(
            '../../../store/recorded-people.js'
          );
          const { personOf } = await import('../rehearse/recorded.js');
          const expected = await countRecordedPeople(db, span);
          const people = mapped(readRecordedPeople(db, span), personOf);
          await rehearse(context, options, { sides, span, people, expected });
        });
      }),
    );
}

function common(command: Command): Command {
  return command
    .option('--seed <text>', 'the same seed comes to the same', 'jornada')
    .option('--threads <n>', 'threads that rehearse', wholeNumber('--threads'), availableParallelism())
    .option('--price <dollars>', 'of a segment', Number, USUAL_PRICE)
    .option('--html <file>', 'a page with pictures')
    .option('--ndjson <file>', 'one line for each person');
}

async function simulatedPeople(
  project: SimulatedProject,
  { profiles, events, people, from, days, seed }: SimulateOptions,
): Promise<Pick<Plan, 'people' | 'expected'>> {
  if (profiles === 'generated' && events === undefined) {
    const { generatedPeople } = await import('../../../simulator/generated.js');
    return { people: generatedPeople(project, people, { seed, from, days }), expected: people };
  }
  const { readPeople } = await import('../rehearse/read-people.js');
  const table = profiles === 'generated' ? undefined : profiles;
  const read = readPeople(project, { profiles: table, events }, from);
  return { people: read, expected: read.length };
}

interface Plan {
  readonly sides: readonly (readonly string[])[];
  readonly span: { readonly from: Date; readonly to: Date; readonly seed: string };
  readonly people: AsyncIterable<Person> | Iterable<Person>;
  readonly expected: number;
}

async function rehearse(context: Context, options: CommonOptions, plan: Plan): Promise<void> {
  const { rehearseInThreads } = await import('../rehearse/pool.js');
  const { Tally } = await import('../../../simulator/tally.js');
  const tallies = plan.sides.map(() => new Tally());
  const shown: Parting[] = [];
  let parted = 0;
  const progress = progressOf(context, plan.expected);
  const lines = options.ndjson === undefined ? undefined : createWriteStream(options.ndjson);
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
  await tell(context, options, { plan, names, totals, shown, parted });
}

interface Outcome {
  readonly plan: Plan;
  readonly names: readonly string[];
  readonly totals: readonly Totals[];
  readonly shown: readonly Parting[];
  readonly parted: number;
}

async function tell(context: Context, options: CommonOptions, outcome: Outcome): Promise<void> {
  const { plan, names, totals, shown, parted } = outcome;
  const { from, to, seed } = plan.span;
  const about = { from: from.toISOString(), to: to.toISOString(), seed, price: options.price };
  const sides = totals.map((one, side) => ({ of: names[side] ?? '', totals: one }));
  const differences = totals.length > 1 ? { parted, shown } : undefined;
  if (options.html !== undefined) {
    const { reportPage } = await import('../rehearse/report-page.js');
    writeFileSync(options.html, reportPage({ ...about, sides, differences }));
  }
  if (context.json) return context.sayJson({ ...about, sides, ...(differences && { differences }) });
  const { reportLines } = await import('../rehearse/report-lines.js');
  context.say(...reportLines({ ...about, sides, differences }, (text) => context.paint('bold', text)));
  if (options.html !== undefined) context.say('', `Pictures: ${options.html}`);
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

async function* mapped<From, To>(items: AsyncIterable<From>, map: (item: From) => To): AsyncGenerator<To> {
  for await (const item of items) yield map(item);
}
