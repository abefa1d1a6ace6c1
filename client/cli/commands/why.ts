import type { Command } from 'commander';
import { workspace } from '../../../catalog/workspace';
import {
  readTimeline,
  type TimelineKind,
  timelineKinds,
  type TimelinePosition,
} from '../../../store/timeline';
import type { Item } from '../../api/present';
import type { CommandRunner } from '../program';
import { CliError, exitCodes } from '../exit-codes';

export function whyCommand(program: Command, run: CommandRunner): void {
  program
    .command('why')
    .description('tell what happened to a customer and why, in their own local time')
    .argument('<customer>', 'as <type>:<value>, such as phone:+12125550142 or user_id:u1')
    .option('--kinds <kinds>', `only these, separated by commas: ${timelineKinds.join(', ')}`)
    .action(
      run<{ kinds?: string }>(async (context, { kinds }, [reference]) => {
        const wanted = kinds === undefined ? undefined : readKinds(kinds);
        const { customer } = await import('../../api/customer.js');
        const { timelineItem } = await import('../../api/present.js');
        const { headline, storyTeller } = await import('../why/story.js');
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
