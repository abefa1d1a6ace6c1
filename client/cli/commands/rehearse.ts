import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import type { SimulatedProject } from '../../../simulator/project';
import type { Context } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { instant, wholeNumber } from '../option-values';
import type { CommandRunner } from '../program';
import type { Plan, RunOptions } from '../rehearse/run-rehearsal';

interface CommonOptions extends RunOptions {
  readonly seed: string;
  readonly compare?: true;
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
}

const DAY = 86_400_000;
/** Of an American SMS segment in dollars, carrier fees included, as an order of magnitude. */
const USUAL_PRICE = 0.0113;

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
        const sides = sidesOf(journeys as string[], options);
        const { selectProject } = await import('../rehearse/select-journeys.js');
        const project = await selectProject(journeys as string[]);
        const span = { from, to: new Date(from.getTime() + days * DAY), seed };
        await rehearse(context, options, { sides, span, ...(await simulatedPeople(project, options)) });
      }),
    );

  common(program.command('backtest'))
    .description('run journeys over what really was recorded; nothing is sent or stored')
    .argument('<journey...>', 'by name, or as <journey>@<version>')
    .requiredOption('--from <instant>', 'before this nobody enters', instant('--from'))
    .requiredOption('--to <instant>', 'where the clock stops', instant('--to'))
    .action(
      run<BacktestOptions>(async (context, options, [journeys]) => {
        const sides = sidesOf(journeys as string[], options);
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
    .option('--compare', 'two versions of a journey side by side, and who is treated differently')
    .option('--seed <text>', 'the same seed comes to the same', 'jornada')
    .option('--threads <n>', 'threads that rehearse', wholeNumber('--threads'), availableParallelism())
    .option('--price <dollars>', 'of a segment', Number, USUAL_PRICE)
    .option('--html <file>', 'a page with pictures')
    .option('--ndjson <file>', 'one line for each person');
}

/** All journeys together, or two of them side by side. */
function sidesOf(journeys: readonly string[], { compare }: CommonOptions): (readonly string[])[] {
  if (!compare) return [journeys];
  if (journeys.length === 2) return journeys.map((one) => [one]);
  throw new CliError(
    exitCodes.usage,
    'bad_comparison',
    '--compare takes two journeys: <journey>@<version> <journey>@<version>.',
  );
}

async function rehearse(context: Context, options: CommonOptions, plan: Plan): Promise<void> {
  const { runRehearsal } = await import('../rehearse/run-rehearsal.js');
  await runRehearsal(context, options, plan);
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

async function* mapped<From, To>(items: AsyncIterable<From>, map: (item: From) => To): AsyncGenerator<To> {
  for await (const item of items) yield map(item);
}
