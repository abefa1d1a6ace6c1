import type { Command } from 'commander';
import { currentProject } from '../current-project';
import { CliError, exitCodes } from '../exit-codes';
import type { CommandRunner } from '../program';
import { byOf, type Words } from './switches';

/** STOPs in free words, which a person may read better than we did. */
export function reviewsCommand(program: Command, run: CommandRunner): void {
  const commands = program
    .command('reviews')
    .description('look at STOPs that were read out of free words; they are in force meanwhile, and stay so');

  commands
    .command('list')
    .description('show those that nobody has looked at, the longest waiting first, in their words')
    .option('--limit <n>', 'at most so many', '100')
    .action(
      run<{ limit: string }>(async (context, { limit }) => {
        const { reviews } = await import('../../consent/reviews.js');
        const { items } = await context.database((db) => reviews(db, { limit: wholeNumber(limit) }));
        if (context.json) return context.sayJson({ items });
        for (const { key, channel, wording = '', at } of items) {
          context.say(`${context.paint('bold', key)}  ${channel}  ${at}  “${wording}”`);
        }
        if (items.length === 0) context.say('Nothing is under review.');
      }),
    );

  commands
    .command('settle')
    .description('say what you found; the number stays closed: only a START from it opens it')
    .argument('<phone>')
    .requiredOption('--note <text>', 'what you found, for the record')
    .option('--by <name>', 'who does it, for the record (default: your user name)')
    .option('--channel <channel>', 'sms or whatsapp', 'sms')
    .action(
      run<Words & { note: string; channel: string }>(async (context, options, [phone]) => {
        const { settle } = await import('../../consent/reviews.js');
        const { workspace } = await currentProject();
        const { channel, note } = options;
        const look = { channel, key: String(phone), actor: byOf(options).actor, note };
        await context.database((db) => settle(db, workspace.country, look));
        if (context.json) return context.sayJson({ settled: true });
        context.say('Settled. The number stays closed; whoever did not mean it can text START.');
      }),
    );
}

function wholeNumber(text: string): number {
  const n = Number(text);
  if (Number.isInteger(n) && n > 0 && n <= 1_000) return n;
  throw new CliError(exitCodes.usage, 'bad_number', `"${text}" should be a whole number from 1 to 1000.`);
}
