import type { Command } from 'commander';
import type { JourneyItem } from '../../api/journey-routes';
import { currentProject } from '../current-project';
import type { CommandRunner } from '../program';
import { table } from '../table';

export function journeysCommand(program: Command, run: CommandRunner): void {
  program
    .command('journeys')
    .description('show the journeys, whether they run, how their enrollments stand and what came of them')
    .action(
      run(async (context) => {
        const { journeyOverview } = await import('../../api/journey-routes.js');
        const { journeys } = await currentProject();
        const overview = await context.database((db) => journeyOverview({ db, journeys }, {}));
        if (context.json) return context.sayJson(overview);
        const { sending, items } = overview;
        if (sending.held) {
          context.say(context.paint('red', `All sending is halted ${heldWords(sending.held)}.`), '');
        }
        const rows = items.map((item) => [
          `${item.journey} v${item.version}`,
          item.purpose ?? '-',
          item.waitingSends > 0 ? `${item.state}, ${item.waitingSends} held` : item.state,
          item.open,
          item.ended,
          count(item.statuses),
          count(item.outcomes),
        ]);
        const headings = ['journey', 'purpose', 'state', 'open', 'ended', 'endings', 'outcomes'];
        context.say(...table(headings, rows, (line) => context.paint('bold', line)));
        const held = new Map(items.map((item) => [item.journey, item]));
        for (const { journey, state, held: hold } of held.values()) {
          if (hold) context.say(context.paint('yellow', `${journey} is ${state} ${heldWords(hold)}.`));
        }
      }),
    );
}

/** `since 2027-02-02T15:00:00.000Z by Ana (blast_guard): too many` */
function heldWords({ since, by, reason, note }: NonNullable<JourneyItem['held']>): string {
  const cause = reason === 'operator' ? '' : ` (${reason})`;
  return `since ${since} by ${by}${cause}${note === undefined ? '' : `: ${note}`}`;
}

function count(counts: { readonly [name: string]: number }): string {
  return Object.entries(counts)
    .filter(([name]) => name !== 'open')
    .map(([name, n]) => `${name} ${n}`)
    .join(', ');
}
