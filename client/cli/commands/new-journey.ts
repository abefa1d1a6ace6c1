import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Purpose } from '../../../catalog/policy';
import { currentProject, neededProject } from '../current-project';
import { CliError, exitCodes } from '../exit-codes';
import type { CommandRunner } from '../program';

interface Flags {
  readonly on?: string;
  readonly purpose?: string;
}

const purposes: readonly Purpose[] = ['marketing', 'moment', 'transactional'];

export function newCommand(program: Command, run: CommandRunner): void {
  program
    .command('new')
    .description('add to the project in this folder')
    .command('journey')
    .description(
      'add a journey, with its catalog entries, a test that passes and a page; asks what is not given',
    )
    .argument('<name>', 'lower-case words joined by hyphens')
    .option('--on <event>', 'the event that starts it; one that the plan lacks is added')
    .option('--purpose <purpose>', `${purposes.join(', ')} (default: marketing)`)
    .action(
      run<Flags>(async (context, flags, [name]) => {
        const { root } = neededProject();
        const project = await currentProject();
        const ask = asker(context.json !== true);
        const on =
          flags.on ??
          (await ask(`Which event starts it? The plan has ${Object.keys(project.events).join(', ')}.`));
        if (!on) {
          throw new CliError(
            exitCodes.usage,
            'bad_name',
            'Say which event starts it: --on "Cart Abandoned".',
          );
        }
        const purpose = readPurpose(
          flags.purpose ??
            (flags.on === undefined ? await ask(`Its purpose, of ${purposes.join(', ')}?`) : ''),
        );
        const { newJourney } = await import('../../../project/new-journey.js');
        const files = newJourney(root, { name: String(name), on, purpose }, project);
        if (context.json) return context.sayJson({ files });
        context.say(...files.map((file) => `  ${file}`), '', 'Next: write its text, then npx jornada test.');
      }),
    );
}

/** Asks on a terminal; anywhere else nobody would answer. */
function asker(allowed: boolean): (question: string) => Promise<string> {
  return async (question) => {
    if (!allowed || process.stdin.isTTY !== true) return '';
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return (await lines.question(`${question} `)).trim();
    } finally {
      lines.close();
    }
  };
}

function readPurpose(text: string): Purpose {
  const purpose = text === '' ? 'marketing' : purposes.find((one) => one === text);
  if (purpose) return purpose;
  const problem = `A purpose is ${purposes.join(', ')}; "${text}" is none.`;
  throw new CliError(exitCodes.usage, 'bad_name', problem);
}
