import type { Command } from 'commander';
import { clockNow } from '../../../store/clock';
import {
  readTimeline,
  type TimelineKind,
  timelineKinds,
  type TimelinePosition,
} from '../../../store/timeline';
import type { Item } from '../../api/present';
import type { Context } from '../context';
import { currentProject } from '../current-project';
import { CliError, exitCodes } from '../exit-codes';
import type { CommandRunner } from '../program';

export function whyCommand(program: Command, run: CommandRunner): void {
  program
    .command('why')
    .description('tell what happened to a customer and why, in their own local time')
    .argument('<customer>', 'as <type>:<value>, such as phone:+12125550142 or user_id:u1')
    .option('--kinds <kinds>', `only these, separated by commas: ${timelineKinds.join(', ')}`)
    .option('--message <id>', 'why they did or did not get this message')
    .option('--journey <id>', 'the same, of this journey')
    .option('--at <when>', 'as of this instant, or the end of this date where they are (default: now)')
    .action(
      run<Options>(async (context, options, [reference]) => {
        const { kinds, message, journey, at } = options;
        if ((message ?? journey ?? at) !== undefined) return answer(context, String(reference), options);
        const wanted = kinds === undefined ? undefined : readKinds(kinds);
        const { customer } = await import('../../api/customer.js');
        const { timelineItem } = await import('../../api/present.js');
        const { headline, storyTeller } = await import('../why/story.js');
        const { workspace } = await currentProject();
        await context.database(async (db) => {
          const found = await customer({ db, ...workspace }, String(reference));
          const items: Item[] = [];
          const tell = storyTeller(found.timezone, context.paint);
          if (!context.json) context.say(...headline(found, context.paint));
          for (let after: TimelinePosition | undefined; ; ) {
            const rows = await readTimeline(db, found.id, { kinds: wanted, after, limit: PAGE });
            for (const row of rows) {
              if (context.json) items.push(timelineItem(row));
              else context.say(...tell(timelineItem(row)));
            }
            after = rows.at(-1);
            if (rows.length < PAGE) break;
          }
          if (context.json) context.sayJson({ customer: found, items });
        });
      }),
    );
}

interface Options {
  readonly kinds?: string;
  readonly message?: string;
  readonly journey?: string;
  readonly at?: string;
}

async function answer(context: Context, reference: string, { message, journey, at }: Options): Promise<void> {
  const { customer } = await import('../../api/customer.js');
  const { readWhen } = await import('../../why/instant.js');
  const { why } = await import('../../why/why.js');
  const { answerLines } = await import('../why/answer.js');
  const project = await currentProject();
  await context.database(async (db) => {
    const { id, timezone } = await customer({ db, ...project.workspace }, reference);
    const when = at === undefined ? await clockNow(db) : readWhen(at, timezone);
    if (!when) {
      const problem = `"${at}" is no instant, as in 2027-02-03T03:00:00Z, and no date, as in 2027-02-03.`;
      throw new CliError(exitCodes.usage, 'bad_time', problem);
    }
    const told = await why(db, project, { profileId: id, message, journey, at: when });
    if (context.json) return context.sayJson(told);
    context.say(...answerLines(told, timezone, context.paint));
  });
}

const PAGE = 1_000;

function readKinds(text: string): TimelineKind[] {
  return text.split(',').map((part) => {
    const kind = timelineKinds.find((one) => one === part.trim());
    if (kind) return kind;
    throw new CliError(
      exitCodes.usage,
      'unknown_kind',
      `"${part.trim()}" is no kind of a timeline; there are ${timelineKinds.join(', ')}.`,
    );
  });
}
