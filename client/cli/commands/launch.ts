import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Database } from '../../../store/database';
import type { LaunchItem } from '../../launch/launches';
import type { By } from '../../operations/switches';
import type { Context } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { currentProject } from '../current-project';
import type { CommandRunner } from '../program';
import { ProgressLine } from '../terminal';
import { byOf, type Words, withWords } from './switches';

interface Options extends Words {
  readonly estimate?: boolean;
  readonly message?: string;
  readonly approve?: boolean;
  readonly cancel?: boolean;
  readonly wait: boolean;
}

/** Bulk entry of an audience. */
export function launchCommand(program: Command, run: CommandRunner): void {
  withWords(
    program
      .command('launch')
      .description(
        'enter everyone in the audience of a journey, now; the workers do it, and go on where they stood',
      )
      .argument('<journey>')
      .option(
        '--estimate',
        'only say how many would enter, how long sending takes, and what the gate would say',
      )
      .option('--message <id>', 'estimate with this message (default: the one that the journey sends first)')
      .option('--approve', 'let a launch run that is held because it is more than ten times the last')
      .option('--cancel', 'end a launch where it stands; whoever has entered goes on')
      .option('--no-wait', 'do not wait for its end'),
  ).action(
    run<Options>(async (context, options, [given]) => {
      const journey = String(given);
      if (options.estimate) return estimate(context, journey, options.message);
      const { approve, cancel } = await import('../../launch/launches.js');
      const by = byOf(options);
      await context.database(async (db) => {
        const item = options.approve
          ? await approve(db, journey, by)
          : options.cancel
            ? await cancel(db, journey)
            : await begin(context, db, journey, by);
        const last = options.wait && item.status === 'running' ? await follow(context, db, item) : item;
        if (context.json) context.sayJson(last);
        else context.say(launchWords(last));
        if (last.status !== 'held') return;
        throw new CliError(
          exitCodes.refused,
          'launch_held',
          `Held: that is more than ten times the last launch. Look at \`jornada launch ${journey} --estimate\`, then approve it with --approve, or --cancel it.`,
        );
      });
    }),
  );
}

/** Says before it starts what cannot be done within the day. */
async function begin(context: Context, db: Database, journey: string, by: By): Promise<LaunchItem> {
  const { estimateLaunch } = await import('../../launch/estimate.js');
  const { launch, told } = await import('../../launch/launches.js');
  const { planLines } = await import('../launch/estimate-words.js');
  const project = await currentProject();
  const found = await told(() => estimateLaunch(db, project, { journey }));
  if (!found.plan.withinTheDay) {
    for (const line of planLines(found, project.workspace.timezone)) context.terminal.err.write(`${line}\n`);
  }
  return launch(db, project, journey, by);
}

async function estimate(context: Context, journey: string, message: string | undefined): Promise<void> {
  const { estimateLaunch } = await import('../../launch/estimate.js');
  const { told } = await import('../../launch/launches.js');
  const { estimateLines } = await import('../launch/estimate-words.js');
  const { rehearseOffline } = await import('../compose/rehearse.js');
  const project = await currentProject();
  await context.database(async (db) => {
    const rehearse = rehearseOffline(db, project);
    const found = await told(() => estimateLaunch(db, project, { journey, message, rehearse }));
    if (context.json) context.sayJson(found);
    else context.say(...estimateLines(found, project.workspace.timezone));
  });
}

/** Until the launch has come to its end, or is held back by something else; nobody is needed for it to go on. */
async function follow(context: Context, db: Database, { journey }: LaunchItem): Promise<LaunchItem> {
  const { current } = await import('../../launch/launches.js');
  const progress = new ProgressLine(context.terminal.err);
  try {
    for (;;) {
      const item = await current(db, journey);
      if (item.status !== 'running') return item;
      progress.show(`${item.entered} of ${item.expected} entered`);
      await delay(500);
    }
  } finally {
    progress.clear();
  }
}

function launchWords({ journey, status, entered, refused, expected }: LaunchItem): string {
  const refusals = refused > 0 ? `, ${refused} refused` : '';
  switch (status) {
    case 'done':
      return `${journey}: ${entered} entered${refusals}.`;
    case 'running':
      return `${journey}: ${entered} of ${expected} entered so far${refusals}; the workers go on.`;
    case 'canceled':
      return `${journey}: canceled after ${entered} had entered.`;
    case 'held':
      return `${journey}: ${expected} would enter.`;
  }
}
