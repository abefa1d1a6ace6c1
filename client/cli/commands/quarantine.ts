import type { Command } from 'commander';
import { deleteQuarantined, quarantined } from '../../../store/quarantine';
import { quarantineItem } from '../../api/present';
import { CliError, exitCodes } from '../exit-codes';
import { currentProject } from '../current-project';
import { wholeNumber } from '../option-values';
import type { CommandRunner } from '../program';

export function quarantineCommand(program: Command, run: CommandRunner): void {
  const quarantine = program.command('quarantine').description('work on events that broke the tracking plan');

  quarantine
    .command('list')
    .description('show what is set aside, oldest first, with each violation')
    .option('--limit <n>', 'at most so many', '100')
    .action(
      run<{ limit: string }>(async (context, { limit }) => {
        const rows = await context.database((db) =>
          quarantined(db, { limit: wholeNumber('--limit')(limit) }),
        );
        if (context.json) return context.sayJson({ items: rows.map(quarantineItem) });
        for (const { messageId, receivedAt, source, event, violations } of rows) {
          const name = nameOf(event);
          context.say(
            `${context.paint('bold', messageId)}  ${receivedAt.toISOString()}  from ${source}  ${name}`,
          );
          for (const { path, code, message } of violations) {
            context.say(context.paint('yellow', `  ${path || 'event'}  ${code}  ${message}`));
          }
        }
        if (rows.length === 0) context.say('Nothing is in quarantine.');
      }),
    );

  quarantine
    .command('replay')
    .description('judge an event again and let it take effect if it is right now')
    .argument('<messageId>')
    .option('--set <name=value...>', 'lay a property over the event’s own; the value is JSON, or else text')
    .action(
      run<{ set?: string[] }>(async (context, { set }, [given]) => {
        const messageId = String(given);
        const properties = set && Object.fromEntries(set.map(readProperty));
        const { applyEvents } = await import('../../../ingest/index.js');
        const { replayQuarantined } = await import('../../segment/replay-event.js');
        const ingest = await currentProject();
        const replay = await context.database((db) =>
          replayQuarantined(messageId, properties, {
            db,
            apply: (events) => applyEvents(db, ingest, events),
            judge: { plan: ingest.events, identifiers: ingest.workspace },
          }),
        );
        switch (replay.status) {
          case 'not_found':
            throw notQuarantined(messageId);
          case 'invalid':
            throw new CliError(
              exitCodes.refused,
              'still_invalid',
              `The event still breaks the tracking plan: ${replay.violations.map(({ message }) => message).join('; ')}.`,
            );
          case 'replayed':
          case 'already_replayed': {
            const replayed = replay.status === 'replayed';
            if (context.json) return context.sayJson({ replayed });
            context.say(replayed ? 'Replayed.' : 'It took effect before; nothing was done.');
          }
        }
      }),
    );

  quarantine
    .command('drop')
    .description('forget an event for good')
    .argument('<messageId>')
    .action(
      run(async (context, _options, [given]) => {
        const messageId = String(given);
        if (!(await context.database((db) => deleteQuarantined(db, messageId))))
          throw notQuarantined(messageId);
        if (context.json) return context.sayJson({ dropped: true });
        context.say('Dropped.');
      }),
    );
}

function notQuarantined(messageId: string): CliError {
  return new CliError(exitCodes.notFound, 'not_quarantined', `No event ${messageId} is in quarantine.`);
}

function readProperty(assignment: string): [string, unknown] {
  const at = assignment.indexOf('=');
  if (at < 1) {
    throw new CliError(exitCodes.usage, 'bad_property', `"${assignment}" should be name=value.`);
  }
  const text = assignment.slice(at + 1);
  try {
    return [assignment.slice(0, at), JSON.parse(text)];
  } catch {
    // Not JSON: the text itself, which saves quotes in the shell.
    return [assignment.slice(0, at), text];
  }
}

function nameOf(event: unknown): string {
  if (typeof event !== 'object' || event === null) return '';
  const { type, event: name } = event as { type?: unknown; event?: unknown };
  return [type, name].filter((part) => typeof part === 'string').join(' ');
}
