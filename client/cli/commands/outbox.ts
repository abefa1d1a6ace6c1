import type { Command } from 'commander';
import { listSetAside, retrySetAside } from '../../../store/outbox-set-aside';
import { tx } from '../../../store/database';
import { CliError, exitCodes } from '../exit-codes';
import type { CommandRunner } from '../program';
import { table } from '../table';

export function outboxCommand(program: Command, run: CommandRunner): void {
  const outbox = program
    .command('outbox')
    .description('work on what could not be told to a workflow and was set aside');

  outbox
    .command('list')
    .description('show what is set aside, with its last error')
    .action(
      run(async (context) => {
        const items = await context.database((db) => listSetAside(db, MOST));
        if (context.json) return context.sayJson({ items });
        if (items.length === 0) return context.say('Nothing is set aside.');
        const rows = items.map(({ outboxId, kind, enrollmentId, attempts, setAsideAt, lastError }) => [
          outboxId,
          kind,
          enrollmentId,
          attempts,
          setAsideAt.toISOString(),
          lastError,
        ]);
        const headings = ['row', 'kind', 'enrollment', 'attempts', 'set aside', 'error'];
        context.say(...table(headings, rows, (line) => context.paint('bold', line)));
      }),
    );

  outbox
    .command('retry')
    .description('put rows back into the outbox: those named, else all')
    .argument('[rows...]', 'numbers as `list` shows them')
    .action(
      run(async (context, _options, [given]) => {
        const wanted = (given as string[]).map(Number);
        if (wanted.some((id) => !Number.isSafeInteger(id))) {
          throw new CliError(
            exitCodes.usage,
            'bad_number',
            'Rows are named by the numbers that `outbox list` shows.',
          );
        }
        const retried = await context.database((db) =>
          tx(db, (client) => retrySetAside(client, wanted.length > 0 ? wanted : undefined)),
        );
        const missing = wanted.filter((id) => !retried.some(({ outboxId }) => outboxId === id));
        if (context.json) context.sayJson({ retried: retried.map(({ outboxId }) => outboxId) });
        else
          context.say(`${retried.length} ${retried.length === 1 ? 'row' : 'rows'} put back into the outbox.`);
        if (missing.length === 0) return;
        throw new CliError(exitCodes.notFound, 'not_set_aside', `Not set aside: ${missing.join(', ')}.`);
      }),
    );
}

const MOST = 1_000;
