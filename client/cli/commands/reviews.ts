import type { Command } from 'commander';
import { currentProject } from '../current-project';
import { wholeNumber } from '../option-values';
import type { CommandRunner } from '../program';
import { byOf, type Words } from './switches';

/** STOPs in free words, and what may be one, which a person may read better than we did. */
export function reviewsCommand(program: Command, run: CommandRunner): void {
  const commands = program
    .command('reviews')
    .description(
      'look at STOPs that were read out of free words, in force as they are, and at texts that may be one',
    );

  commands
    .command('list')
    .description('show those that nobody has looked at, the longest waiting first, in their words')
    .option('--limit <n>', 'at most so many', '100')
    .action(
      run<{ limit: string }>(async (context, { limit }) => {
        const { reviews } = await import('../../consent/reviews.js');
        const { items } = await context.database((db) =>
          reviews(db, { limit: wholeNumber('--limit', { most: 1_000 })(limit) }),
        );
        if (context.json) return context.sayJson({ items });
        for (const { key, channel, wording = '', closed, at } of items) {
          const standing = closed ? '' : '  (changed nothing: is it a STOP?)';
          context.say(`${context.paint('bold', key)}  ${channel}  ${at}  “${wording}”${standing}`);
        }
        if (items.length === 0) context.say('Nothing is under review.');
      }),
    );

  commands
    .command('settle')
    .description('say what you found; what is closed stays closed: only a START from the number opens it')
    .argument('<phone>')
    .requiredOption('--note <text>', 'what you found, for the record')
    .option('--stop', 'close the number: what was doubtful is a STOP')
    .option('--by <name>', 'who does it, for the record (default: your user name)')
    .option('--channel <channel>', 'sms or whatsapp', 'sms')
    .action(
      run<Words & { note: string; channel: string; stop?: boolean }>(async (context, options, [phone]) => {
        const { settle } = await import('../../consent/reviews.js');
        const { workspace } = await currentProject();
        const { channel, note, stop } = options;
        const look = { channel, key: String(phone), actor: byOf(options).actor, note, stop };
        const { closed } = await context.database((db) => settle(db, workspace.country, look));
        if (context.json) return context.sayJson({ settled: true, closed });
        context.say(
          closed
            ? 'Settled. The number is closed; whoever did not mean it can text START.'
            : 'Settled. The number was not closed, and is not.',
        );
      }),
    );
}
