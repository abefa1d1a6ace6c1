import type { Command } from 'commander';
import type { Publication } from '../../../publishing/publish';
import { currentProject } from '../current-project';
import { CliError, exitCodes } from '../exit-codes';
import type { CommandRunner } from '../program';

/** Versions that are frozen, and held to. */
export function publishCommands(program: Command, run: CommandRunner): void {
  program
    .command('publish')
    .description(
      'freeze the newest version of a journey: its code, its policy, and histories of runs asleep in it',
    )
    .argument('[journey]', 'its id (default: every journey)')
    .option('--project <folder>', 'where `workflows/` lies (default: here)')
    .action(
      run<{ project?: string }>(async (context, { project = '.' }, args) => {
        const [journey] = args as readonly (string | undefined)[];
        const { publish } = await import('../../../publishing/publish.js');
        const { projectToPublish } = await import('../../../publishing/project-here.js');
        const given = projectToPublish(await currentProject(project), project);
        if (journey !== undefined) needJourney(journey, given.journeys);
        const { TEMPORAL_ADDRESS: temporalAddress } = context.terminal.env;
        const publications = await publish({
          ...given,
          ...(journey !== undefined && { journey: journey }),
          ...(temporalAddress && { temporalAddress }),
          say: (line) => context.terminal.err.write(`${line}\n`),
        });
        if (context.json) context.sayJson({ publications });
        else for (const one of publications) context.say(wordsOf(one));
        if (!publications.some(({ status }) => status === 'refused')) return;
        throw new CliError(exitCodes.refused, 'publish_refused', 'Not everything could be published.');
      }),
    );

  program
    .command('replay')
    .description('replay the histories of every published version against the journeys as they are built now')
    .argument('[journey]', 'only of this one')
    .option('--project <folder>', 'where `workflows/` lies (default: here)')
    .action(
      run<{ project?: string }>(async (context, { project = '.' }, args) => {
        const [journey] = args as readonly (string | undefined)[];
        const { replayPublished } = await import('../../../publishing/replay.js');
        const { projectToPublish } = await import('../../../publishing/project-here.js');
        const given = projectToPublish(await currentProject(project), project);
        const published = given.published.filter((one) => journey === undefined || one.journey === journey);
        // One that is published and no longer listed is what replay tells of.
        if (journey !== undefined && published.length === 0) needJourney(journey, given.journeys);
        const replayed = await replayPublished({ ...given, published });
        const { versions, histories, broken, changed } = replayed;
        if (context.json) context.sayJson(replayed);
        else {
          for (const { sentence } of broken) context.say(sentence);
          for (const name of changed) {
            context.say(
              `${name} reads otherwise than it was published, and all its runs replay: publish it again.`,
            );
          }
          if (versions === 0) context.say('Nothing of it is published yet: `npx jornada publish` does that.');
          else if (broken.length === 0) context.say(`${histories} histories of ${count(versions)} replay.`);
        }
        if (broken.length === 0) return;
        throw new CliError(
          exitCodes.failed,
          'replay_failed',
          `${broken.length} of them would break runs that sleep.`,
        );
      }),
    );
}

function needJourney(journey: string, journeys: readonly { readonly id: string }[]): void {
  if (journeys.some(({ id }) => id === journey)) return;
  const ids = [...new Set(journeys.map(({ id }) => id))].sort();
  throw new CliError(
    exitCodes.notFound,
    'unknown_journey',
    `There is no journey "${journey}"; there are ${ids.join(', ')}.`,
  );
}

const count = (versions: number) =>
  versions === 1 ? 'one published version' : `${versions} published versions`;

function wordsOf(publication: Publication): string {
  const { journey, version } = publication;
  const name = `${journey} v${version}`;
  switch (publication.status) {
    case 'published':
      return `${name} is published in ${publication.file}, with ${publication.histories.length} histories.`;
    case 'refreshed':
      return `${name} was published before; every run of it replays, so its code is noted anew.`;
    case 'unchanged':
      return `${name} was published before, and has not changed.`;
    case 'refused':
      return publication.sentence;
  }
}
