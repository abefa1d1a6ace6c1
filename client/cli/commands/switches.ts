import { userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Database } from '../../../store/database';
import type { By, JourneyAct } from '../../operations/switches';
import type { Context } from '../context';
import { currentProject } from '../current-project';
import type { CommandRunner } from '../program';
import { ProgressLine } from '../terminal';

/** Who does something and why, for the record. */
export interface Words {
  readonly by?: string;
  readonly note?: string;
}

const acts: { readonly [A in JourneyAct]: { readonly does: string; readonly done: string } } = {
  pause: {
    does: 'hold a journey: no entries, and its sends wait; runs stay where they are',
    done: 'is paused. Entries are refused, sends wait, and waits keep their times; go on with `jornada resume`.',
  },
  resume: {
    does: 'let a journey that is paused or stopped go on; sends that waited are asked about again',
    done: 'runs. Sends that waited are being asked about again.',
  },
  stop: {
    does: 'end a journey: no entries, and its open runs are ended',
    done: 'is stopped. Entries are refused, and the workers are ending its open runs.',
  },
};

interface TurnOptions extends Words {
  readonly wait?: boolean;
}

/** What holds journeys, and all sending, back and lets them go on. */
export function switchCommands(program: Command, run: CommandRunner): void {
  for (const [act, { does, done }] of Object.entries(acts)) {
    const command = withWords(program.command(act).description(does).argument('<journey>'));
    if (act === 'stop') command.option('--wait', 'wait until its runs have ended');
    command.action(
      run<TurnOptions>(async (context, options, [journey]) => {
        const { turnJourney } = await import('../../operations/switches.js');
        const { journeys } = await currentProject();
        const turn = { journey: String(journey), act: act as JourneyAct, by: byOf(options) };
        const answer = await context.database(async (db) => {
          const turned = await turnJourney(db, journeys, turn);
          return options.wait ? { ...turned, openRuns: await follow(context, db, turn.journey) } : turned;
        });
        if (context.json) return context.sayJson(answer);
        if (answer.changed) context.say(`${answer.journey} ${done}`);
        else context.say(`${answer.journey} is ${answer.state} already.`);
        if (answer.openRuns) context.say(`Open still: ${answer.openRuns.toLocaleString('en-US')}.`);
      }),
    );
  }

  withWords(
    program
      .command('halt')
      .description('the kill switch: no message of any journey goes out until `resume-sends`'),
  ).action(
    run<Words>(async (context, options) => {
      const { turnSending } = await import('../../operations/switches.js');
      const answer = await context.database((db) => turnSending(db, 'halt', byOf(options)));
      if (context.json) return context.sayJson(answer);
      context.say(
        answer.changed
          ? 'All sending is halted, within five seconds. Nothing is lost: runs go on, and their sends wait.'
          : 'All sending is halted already.',
      );
    }),
  );

  withWords(
    program
      .command('resume-sends')
      .description('let sending go on after `halt`; what waited is asked about again'),
  ).action(
    run<Words>(async (context, options) => {
      const { turnSending } = await import('../../operations/switches.js');
      const answer = await context.database((db) => turnSending(db, 'resume', byOf(options)));
      if (context.json) return context.sayJson(answer);
      context.say(
        answer.changed
          ? 'Sending goes on. What waited is being asked about again, except for journeys that are paused.'
          : 'Sending was not halted.',
      );
    }),
  );
}

/** Until the workers have ended the runs of a journey that is stopped, or somebody resumes it; answers how many are left. */
async function follow(context: Context, db: Database, journey: string): Promise<number> {
  const { countOpenRuns, journeysToEnd } = await import('../../../store/stopped-runs.js');
  const progress = new ProgressLine(context.terminal.err);
  try {
    while ((await journeysToEnd(db)).includes(journey)) {
      progress.show(`${await countOpenRuns(db, journey)} runs are open still`);
      await delay(500);
    }
    return countOpenRuns(db, journey);
  } finally {
    progress.clear();
  }
}

export function withWords(command: Command): Command {
  return command
    .option('--by <name>', 'who does it, for the record (default: your user name)')
    .option('--note <text>', 'why, for the record');
}

export function byOf({ by, note }: Words): By {
  return { actor: by ?? userName(), note: note ?? null };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user that has no name.
    return 'operator';
  }
}
