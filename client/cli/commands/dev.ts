import type { Command } from 'commander';
import type { Context } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { instant, wholeNumber } from '../option-values';
import type { CommandRunner } from '../program';

/** What a laptop needs: the embedded stack, the demo, the benchmarks. */
export function devCommands(program: Command, run: CommandRunner): void {
  stackCommand(program, 'up')
    .description(
      'run everything on this machine: Postgres, Temporal, Twilio (a stand-in, unless configured), HTTP, worker',
    )
    .action(run<StackFlags>((context, flags) => runStack(context, flags, false)));

  stackCommand(program, 'dev')
    .description('the same over the project in this folder, whose journeys are reloaded as you edit them')
    .action(run<StackFlags>((context, flags) => runStack(context, flags, true)));

  program
    .command('demo')
    .description('play the journeys that ship on a stack of its own, and judge what happened')
    .option('--buyers <n>', 'how many shoppers of the CDNOW sample to play; 0 leaves them out')
    .action(
      run<{ buyers?: string }>(async ({ json, terminal, sayJson }, { buyers }) => {
        const count = buyers === undefined ? undefined : wholeNumber('--buyers', { least: 0 })(buyers);
        const { runDemo } = await import('../../../sandbox/demo/main.js');
        const { listenForSignals } = await import('../signals.js');
        // With --json standard output is for the result alone.
        const telling = json ? { ...terminal, out: terminal.err } : terminal;
        const stop = new AbortController();
        const { asked } = listenForSignals((line) => telling.out.write(`\n${line}\n`));
        void asked.then(() =>
          stop.abort(new CliError(exitCodes.failed, 'demo_stopped', 'The demo was stopped before its end.')),
        );
        const result = await runDemo({ terminal: telling, buyers: count, signal: stop.signal });
        if (json) sayJson(result);
        if (result.differences.length === 0) return;
        throw new CliError(exitCodes.failed, 'demo_failed', 'The demo missed something that it expected.');
      }),
    );

  program
    .command('bench')
    .description('measure Jornada side by side with bare Temporal and plain inserts, on servers of its own')
    .option(
      '--only <names>',
      'of latency, burst, ingest, history, routing, heap, gate, why; commas between (default: all)',
    )
    .option('--rounds <n>', 'how often both sides of each are measured (default: 5)')
    .option('--plans <file>', "append the plans of the gate's statements, and of those of why, to a file")
    .option('--quick', 'short rounds on a small record: shows that it works')
    .action(
      run<{ only?: string; rounds?: string; plans?: string; quick?: true }>(
        async ({ json, terminal, say, sayJson }, given) => {
          const bench = await import('../../../bench/main.js');
          const whole = given.only === undefined && given.quick === undefined;
          const report = await bench.runBench({
            only: bench.measures.filter((name) => readNames(given.only, bench.measures).includes(name)),
            ...(given.rounds !== undefined && { rounds: wholeNumber('--rounds')(given.rounds) }),
            ...(given.plans !== undefined && { plans: given.plans }),
            ...(given.quick && { quick: true }),
            ...(whole && { file: bench.document }),
            // Progress is no part of the answer.
            say: (line) => terminal.err.write(`${line}\n`),
          });
          if (json) sayJson(report);
          else say(report.markdown);
        },
      ),
    );
}

interface StackFlags {
  readonly port?: string;
  readonly clock?: string;
}

function stackCommand(program: Command, name: string): Command {
  return program
    .command(name)
    .option('--port <n>', 'HTTP port; the next free one when it is taken (default: PORT, else 3000)')
    .option(
      '--clock <instant>',
      'start the virtual clock here (ISO 8601); on a kept home it only moves forward',
    );
}

async function runStack(context: Context, { port, clock }: StackFlags, reload: boolean): Promise<void> {
  const options = {
    ...(port !== undefined && { port: wholeNumber('--port', { least: 0, most: 65_535 })(port) }),
    ...(clock !== undefined && { clock: instant('--clock')(clock).toISOString() }),
    reload,
  };
  const { up } = await import('../compose/up.js');
  await up(context, options);
}

function readNames(text: string | undefined, known: readonly string[]): readonly string[] {
  if (text === undefined) return known;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new CliError(
    exitCodes.usage,
    'bad_name',
    `--only takes names of ${known.join(', ')}; "${unknown}" is none.`,
  );
}
