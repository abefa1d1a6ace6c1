import { table } from '../../client/cli/table';
import type { CastMember } from './cast';
import type { Screen } from './print';
import { curtain, script } from './script';
import { story } from './story';
import { differences } from './verdict';
import type { TimelineItem, World } from './world';

/** What a reward may take from the check-in to the phone, in milliseconds. */
const inSeconds = 10_000;

/** Plays the script, tells each patient's story, and answers what differs from what should have happened. */
export async function playPatients(
  world: World,
  cast: readonly CastMember[],
  screen: Screen,
): Promise<string[]> {
  const latencies = await perform(world, screen);
  const complaints: string[] = [];
  const rows: (string | number)[][] = [];
  for (const member of cast) {
    const timeline = await world.timeline(`user_id:${member.userId}`);
    screen.say('', ...story(member, timeline, screen.paint));
    rows.push([member.name, ...counts(timeline)]);
    complaints.push(...differences(member, timeline));
  }
  const headings = ['', 'events', 'runs', 'sent', 'delivered', 'suppressed', 'goals'];
  screen.say('', ...indented(table(headings, rows, (line) => screen.paint('bold', line))));
  screen.say('', `  From check-in to phone: ${latencies.map((ms) => `${Math.round(ms)} ms`).join(' and ')}.`);
  if (latencies.some((ms) => ms > inSeconds)) complaints.push('A reward took more than ten seconds.');
  return complaints;
}

export const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);

/** Answers how long the phones took to ring that should ring at once. */
async function perform(world: World, screen: Screen): Promise<number[]> {
  const latencies: number[] = [];
  const progress = screen.progress();
  try {
    for (const [i, act] of script.entries()) {
      progress.show(i, script.length + 1, act.at.slice(0, 10));
      await world.moveTo(act.at);
      const posted = performance.now();
      await act.does(world);
      await world.flush();
      if (act.textTo) {
        await firstText(world, act.textTo);
        latencies.push(performance.now() - posted);
      }
    }
    progress.show(script.length, script.length + 1, curtain.slice(0, 10));
    await world.moveTo(curtain);
  } finally {
    progress.end();
  }
  return latencies;
}

async function firstText(world: World, phone: string): Promise<void> {
  const deadline = performance.now() + inSeconds;
  while ((await world.messagesTo(phone)).length === 0) {
    if (performance.now() > deadline) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function counts(timeline: readonly TimelineItem[]): number[] {
  const count = (has: (item: TimelineItem) => boolean) => timeline.filter(has).length;
  return [
    count(({ kind }) => kind === 'event'),
    count(({ kind, status }) => kind === 'enrollment' && status === 'entered'),
    count(({ kind, status }) => kind === 'send' && status === 'sent'),
    count(({ kind, status }) => kind === 'send' && status === 'delivered'),
    count(({ kind, verdict }) => kind === 'decision' && verdict === 'suppressed'),
    count(({ kind, outcome }) => kind === 'outcome' && outcome === 'goal'),
  ];
}
