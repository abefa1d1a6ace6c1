import type { Command } from 'commander';
import { countJourneys } from '../../../store/journey-counts';
import type { CommandRunner } from '../program';
import { table } from '../table';

export function journeysCommand(program: Command, run: CommandRunner): void {
  program
    .command('journeys')
    .description('show the journeys, how their enrollments stand and what came of them')
    .action(
      run(async (context) => {
        const { journeyItems } = await import('../../api/journey-routes.js');
        const { journeys } = await import('../../../workflows/journeys.js');
        const items = await context.database(async (db) =>
          journeyItems(journeys, await countJourneys(db, {})),
        );
        if (context.json) return context.sayJson({ items });
        const count = (counts: { readonly [name: string]: number }) =>
          Object.entries(counts)
            .filter(([name]) => name !== 'open')
            .map(([name, n]) => `${name} ${n}`)
            .join(', ');
        const rows = items.map(({ journey, version, purpose, open, ended, statuses, outcomes }) => [
          `${journey} v${version}`,
          purpose ?? '-',
          open,
          ended,
          count(statuses),
          count(outcomes),
        ]);
        const headings = ['journey', 'purpose', 'open', 'ended', 'endings', 'outcomes'];
        context.say(...table(headings, rows, (line) => context.paint('bold', line)));
      }),
    );
}
