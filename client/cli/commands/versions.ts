import type { Command } from 'commander';
import { countOpenVersions, someOpen } from '../../../store/version-counts';
import type { Context } from '../context';
import { wholeNumber } from '../option-values';
import type { CommandRunner } from '../program';
import { table } from '../table';

export function versionsCommand(program: Command, run: CommandRunner): void {
  program
    .command('versions')
    .description('show who is where: open runs by journey, version and the point that they sleep at')
    .argument('[journey]', 'only this one')
    .option('--ask <n>', 'ask so many runs of each version where they sleep; 0 asks nobody (default: 1000)')
    .action(
      run<{ ask?: string }>(async (context, { ask = '1000' }, [journey]) => {
        const items = await read(
          context,
          journey as string | undefined,
          wholeNumber('--ask', { least: 0 })(ask),
        );
        if (context.json) return context.sayJson({ items });
        if (items.length === 0) return context.say('No run is open.');
        const rows = items.flatMap(({ journey: id, version, open, oldest, asked, points, silent }) => {
          const named = [
            ...Object.entries(points).sort(([, a], [, b]) => b - a),
            ...(silent > 0 ? [['no answer', silent] as const] : []),
          ];
          const sleeping = named.map(([point, n]) => `${point}: ${n}${asked < open ? ` of ${asked}` : ''}`);
          const [first = '-', ...more] = sleeping;
          return [
            [`${id} v${version}`, open, oldest.slice(0, 16).replace('T', ' '), first],
            ...more.map((one) => ['', '', '', one]),
          ];
        });
        const headings = ['journey', 'open', 'oldest', 'sleeps at'];
        context.say(...table(headings, rows, (line) => context.paint('bold', line)));
      }),
    );
}

interface Item {
  readonly journey: string;
  readonly version: number;
  readonly open: number;
  /** ISO instant of the entry of the run that has been open for longest. */
  readonly oldest: string;
  /** How many were asked where they sleep. */
  readonly asked: number;
  readonly points: { readonly [point: string]: number };
  readonly silent: number;
}

async function read(context: Context, journey: string | undefined, limit: number): Promise<Item[]> {
  const { withTemporal } = await import('../find-temporal.js');
  return context.database(async (db) => {
    const counts = (await countOpenVersions(db)).filter(
      (one) => journey === undefined || one.journey === journey,
    );
    if (limit === 0 || counts.length === 0) {
      return counts.map((one) => ({
        ...one,
        oldest: one.oldest.toISOString(),
        asked: 0,
        points: {},
        silent: 0,
      }));
    }
    const { askSleepingPoints } = await import('../../../worker/sleeping-points.js');
    return withTemporal(context, async (client) => {
      const items: Item[] = [];
      for (const { journey: id, version, open, oldest } of counts) {
        const ids = await someOpen(db, { journey: id, version, limit });
        const { points, silent } = await askSleepingPoints(client, id, ids);
        items.push({
          journey: id,
          version,
          open,
          oldest: oldest.toISOString(),
          asked: ids.length,
          points,
          silent,
        });
      }
      return items;
    });
  });
}
