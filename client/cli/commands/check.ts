import type { Command } from 'commander';
import type { Checked } from '../../../analysis/checks/check';
import { currentProject } from '../current-project';
import { CliError, exitCodes } from '../exit-codes';
import type { Context } from '../context';
import type { CommandRunner } from '../program';

export function checkCommand(program: Command, run: CommandRunner): void {
  program
    .command('check')
    .description('read the whole catalog and every journey, and say what would go wrong before it does')
    .option('--database', 'count an event that has arrived in the last 30 days as sent by somebody')
    .option('--project <folder>', 'where `catalog/` and `workflows/` lie (default: here)')
    .action(
      run<{ database?: true; project?: string }>(async (context, options) => {
        const checked = await checkProject(context, options.project ?? '.', options.database ?? false);
        const { journeys, findings, notes } = checked;
        if (context.json) context.sayJson(checked);
        else tell(context, checked);
        if (findings.length === 0) return;
        throw new CliError(
          exitCodes.failed,
          'check_failed',
          `${findings.length} ${findings.length === 1 ? 'thing is' : 'things are'} wrong in ${journeys} journeys and their catalog${notes.length > 0 ? ', and not all could be judged' : ''}.`,
        );
      }),
    );
}

async function checkProject(context: Context, root: string, ask: boolean): Promise<Checked> {
  const [{ check }, { checkTunables, isOutOfBounds }, { readFolder }, { catalogPlaces }] = await Promise.all([
    import('../../../analysis/checks/check.js'),
    import('../../../analysis/checks/tunables.js'),
    import('../../../analysis/reading/read-folder.js'),
    import('../../../analysis/reading/catalog-places.js'),
  ]);
  const { journeys: sources, unread, tunables } = readFolder(root);
  const findings = checkTunables({ tunables });
  // With such a one the project is not loaded, by an error that cannot say where it is.
  if (findings.some(isOutOfBounds)) return { journeys: sources.length, findings, notes: [] };
  const project = await currentProject(root);
  const { eventNamesSince } = await import('../../../store/event-names.js');
  const arrived = ask ? await context.database((db) => eventNamesSince(db, LATELY_DAYS)) : undefined;
  return check({
    catalog: project,
    journeys: project.journeys,
    sources,
    unread,
    tunables,
    placeOf: catalogPlaces(root),
    ...(arrived && { arrived }),
  });
}

const LATELY_DAYS = 30;

function tell(context: Context, { journeys, findings, notes }: Checked): void {
  for (const { code, at, sentence } of findings) {
    context.say(`${context.paint('bold', `${at.file}:${at.line}`)}  ${code}`, `  ${sentence}`);
  }
  for (const { at, sentence } of notes) context.say(`${at.file}:${at.line}  note`, `  ${sentence}`);
  if (findings.length === 0) context.say(`${journeys} journeys and their catalog: nothing is wrong.`);
}
