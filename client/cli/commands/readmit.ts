import { type Command, Option } from 'commander';
import type { Readmitted } from '../../../ingest';
import type { RefusedEntries } from '../../../store/readmissions';
import { currentProject } from '../current-project';
import { instant } from '../option-values';
import type { CommandRunner } from '../program';
import { byOf, type Words } from './switches';

interface Options extends Words {
  readonly because: RefusedEntries['because'];
  readonly since?: string;
}

/** Entries that were refused for a reason that is over. */
export function readmitCommand(program: Command, run: CommandRunner): void {
  program
    .command('readmit')
    .description(
      'judge entries again that were refused while the guard held a journey; each once, by the rules',
    )
    .argument('<journey>')
    .addOption(
      new Option('--because <reason>', 'guard, or no_code for those who found no code')
        .choices(['guard', 'no_code'])
        .default('guard'),
    )
    .option('--since <instant>', 'only those refused since (default: in the last seven days)')
    .option('--by <name>', 'who does it, for the record (default: your user name)')
    .action(
      run<Options>(async (context, { because, since, ...words }, [given]) => {
        const { readmitRefused } = await import('../../operations/readmissions.js');
        const project = await currentProject();
        const request = {
          journey: String(given),
          because,
          since: since === undefined ? undefined : instant('--since')(since),
          actor: byOf(words).actor,
        };
        const result = await context.database((db) => readmitRefused(db, project, request));
        if (context.json) return context.sayJson(result);
        context.say(`${result.journey}: ${resultWords(result)}.`);
      }),
    );
}

function resultWords({ entered, refused, lapsed }: Readmitted): string {
  const again = Object.entries(refused).map(([reason, n]) => `${n} refused again (${reason})`);
  const gone = lapsed > 0 ? [`${lapsed} no longer where it is entered`] : [];
  return [`${entered} entered`, ...again, ...gone].join(', ');
}
