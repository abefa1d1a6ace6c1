import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { readEnvironment } from '../../config/environment';
import { createLogger } from '../../config/logger';
import { packageRoot } from '../package-root';
import { startStack } from '../stack';
import { judgeBuyers, playBuyers } from './buyers';
import { cast } from './cast';
import { readBuyers } from './cdnow';
import { progressLine, story, table } from './print';
import { curtain, script } from './script';
import { differences } from './verdict';
import { openWorld, type TimelineItem, type World } from './world';

const opening = '2027-01-02T15:00:00Z';
const buyersStart = new Date('2027-05-01T16:00:00Z');
/** The sample ends on 30 June 1998; 120 days later the last of its reactivations is over. */
const buyersEnd = new Date('2029-02-27T16:00:00Z');

export interface DemoOptions {
  /** How many customers of the CDNOW sample are played. Default 200; 0 leaves them out. */
  readonly buyers?: number;
}

/** Plays the journeys that ship on a stack of its own; answers whether everything happened as it should. */
export async function runDemo({ buyers = 200 }: DemoOptions = {}): Promise<boolean> {
  const home = await mkdtemp(join(tmpdir(), 'jornada-demo-'));
  const began = Date.now();
  // When root plays it, Postgres runs as nobody, who must get through to its data.
  await chmod(home, 0o711);
  const log = createLogger({ level: 'warn' });
  const stack = await startStack({
    environment: readEnvironment({}),
    home,
    port: 0,
    clock: opening,
    say,
    log,
  });
  try {
    const world = await openWorld(stack);
    try {
      const complaints = [...(await playCast(world)), ...(await playSample(world, buyers))];
      const seconds = Math.round((Date.now() - began) / 1000);
      const end = buyers > 0 ? buyersEnd : new Date(curtain);
      const days = Math.round((end.getTime() - Date.parse(opening)) / 86_400_000);
      say(`\n${days} days of journeys in ${seconds} seconds.`);
      for (const complaint of complaints) say(styleText('red', `✗ ${complaint}`));
      say(complaints.length === 0 ? styleText('green', '✓ Everything happened as it should.') : '');
      return complaints.length === 0;
    } finally {
      await world.close();
    }
  } finally {
    await stack.stop();
    await rm(home, { recursive: true, force: true });
  }
}

async function playCast(world: World): Promise<string[]> {
  const latencies: number[] = [];
  for (const act of script) {
    await world.moveTo(act.at);
    const posted = performance.now();
    await act.does(world);
    await world.flush();
    if (act.textTo) {
      await firstText(world, act.textTo);
      latencies.push(performance.now() - posted);
    }
  }
  await world.moveTo(curtain);

  const complaints: string[] = [];
  const rows: (string | number)[][] = [];
  for (const member of cast) {
    const timeline = await world.timeline(`user_id:${member.userId}`);
    say(`\n${story(member, timeline)}`);
    const count = (has: (item: TimelineItem) => boolean) => timeline.filter(has).length;
    rows.push([
      member.name,
      count((i) => i.kind === 'event'),
      count((i) => i.kind === 'enrollment' && i['status'] === 'entered'),
      count((i) => i.kind === 'send' && i['status'] === 'sent'),
      count((i) => i.kind === 'send' && i['status'] === 'delivered'),
      count((i) => i.kind === 'decision' && i['verdict'] === 'suppressed'),
      count((i) => i.kind === 'outcome' && i['outcome'] === 'goal'),
    ]);
    complaints.push(...differences(member, timeline));
  }
  say(`\n${table(['customer', 'events', 'runs', 'sent', 'delivered', 'suppressed', 'goals'], rows)}`);
  say(`\n  A check-in became a text in ${latencies.map((ms) => `${Math.round(ms)} ms`).join(' and ')}.`);
  if (latencies.some((ms) => ms > 10_000)) complaints.push('A reward took more than ten seconds.');
  return complaints;
}

async function firstText(world: World, phone: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while ((await world.messagesTo(phone)).length === 0) {
    if (Date.now() > deadline) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function playSample(world: World, count: number): Promise<string[]> {
  const file = join(packageRoot(), 'test', 'data', 'cdnow-sample.txt');
  if (count === 0 || !existsSync(file)) return [];
  const buyers = readBuyers(file, count, buyersStart);
  const orders = buyers.reduce((sum, buyer) => sum + buyer.orders.length, 0);
  say(
    `\n${styleText('bold', 'CDNOW')}, ${orders} real purchases of ${buyers.length} customers, 1997 and 1998, through reactivation`,
  );
  await playBuyers(world, buyers, buyersEnd, progressLine('days with purchases'));
  const { expected, actual, differing } = await judgeBuyers(world, buyers, buyersEnd);
  const row = (label: string, tally: typeof expected) => [
    label,
    tally.entered,
    tally.refused,
    tally.wonBack,
    tally.texts,
  ];
  say(
    table(
      ['', 'entered', 'refused', 'won back', 'texts'],
      [row('by the rules', expected), row('as it was', actual)],
    ),
  );
  return differing;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
