import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { isUniqueViolation } from '../../../store/database-errors';
import { newId } from '../../../store/ids';
import { disableSource, insertSource } from '../../../store/sources';
import { sha256 } from '../../http/secrets';
import { listSources } from '../../../store/source-list';
import { CliError, exitCodes } from '../exit-codes';
import type { CommandRunner } from '../program';
import { table } from '../table';

export function sourcesCommand(program: Command, run: CommandRunner): void {
  const sources = program
    .command('sources')
    .description('manage who may send events, each with a write key of its own');

  sources
    .command('add')
    .description('add a source and print its write key, which is not kept and cannot be shown again')
    .argument('<name>')
    .option(
      '--store-unplanned',
      'store events that are not in the tracking plan, instead of quarantining them',
    )
    .action(
      run<{ storeUnplanned?: boolean }>(async (context, { storeUnplanned = false }, [given]) => {
        const name = String(given);
        const writeKey = `wk_${randomBytes(32).toString('base64url')}`;
        try {
          await context.database((db) =>
            insertSource(db, { sourceId: newId(), name, keySha256: sha256(writeKey), storeUnplanned }),
          );
        } catch (error) {
          if (!isUniqueViolation(error)) throw error;
          throw new CliError(exitCodes.refused, 'name_taken', `A source is called ${name} already.`, {
            cause: error,
          });
        }
        if (context.json) return context.sayJson({ name, writeKey, storeUnplanned });
        context.say(`${name}  ${context.paint('bold', writeKey)}`, 'Keep the key: it cannot be shown again.');
      }),
    );

  sources
    .command('list')
    .description('show all sources')
    .action(
      run(async (context) => {
        const items = await context.database(listSources);
        if (context.json) return context.sayJson({ items });
        const rows = items.map(({ name, storeUnplanned, createdAt, disabledAt }) => [
          name,
          storeUnplanned ? 'stored' : 'quarantined',
          createdAt.toISOString(),
          disabledAt ? `disabled ${disabledAt.toISOString()}` : 'enabled',
        ]);
        const headings = ['source', 'unplanned events', 'added', 'key'];
        context.say(...table(headings, rows, (line) => context.paint('bold', line)));
      }),
    );

  sources
    .command('disable')
    .description('refuse the key of a source from now on')
    .argument('<name>')
    .action(
      run(async (context, _options, [given]) => {
        const name = String(given);
        if (!(await context.database((db) => disableSource(db, name)))) {
          throw new CliError(exitCodes.notFound, 'source_not_found', `No enabled source is called ${name}.`);
        }
        if (context.json) return context.sayJson({ disabled: true });
        context.say(`The key of ${name} is refused from now on.`);
      }),
    );
}
