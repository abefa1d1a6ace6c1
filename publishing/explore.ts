import type { EventDefinition } from '../catalog/define';
import type { JourneyPolicy } from '../catalog/policy';
import type { Waiting } from '../workflows/runtime/contract';
import type { History, Rehearsal, Rehearsed } from './rehearsal';
import type { ScriptedAnswer } from './record-in-memory';
import { sampleProperties, type Variant, variantsOf } from './samples';
import { recordedCommands } from './trace';

export interface Explored {
  /** What happened, in words; unique within its journey. */
  readonly name: string;
  readonly history: History;
}

/** What happens to a run where it rests. */
type Turn = { readonly kind: 'time' } | { readonly kind: 'event'; readonly choice: number };

/** Runs at most, whatever ways a journey has. */
const MOST_RUNS = 24;
/** Runs that begin otherwise than the plainest, at most. */
const MOST_VARIANTS = 12;
/** Rests of one run that are recorded. */
const MOST_RESTS = 60;
/** A fixed instant, in winter and by day where the runs live, so that what is recorded is the same each time. */
const BEGINS_AT = Date.parse('2027-02-01T15:00:00Z');

export interface ToExplore {
  readonly id: string;
  readonly policy: JourneyPolicy;
  readonly events: { readonly [name: string]: EventDefinition };
}

/**
 * Walks a journey in the ways that can be found from outside: at each rest time passes or one of the awaited events
 * arrives, and its trigger has one or another of the properties that the plan names. Records a history asleep at each
 * rest, and at each end, where it did something else than the one before; beside them a send that is held back, one that is
 * unknown, an end from outside, and a customer who moves.
 */
export async function explore(rehearsal: Rehearsal, journey: ToExplore): Promise<Explored[]> {
  const found = new Map<string, History>();
  const ways: Turn[][] = [[]];
  for (let runs = 0; runs < MOST_RUNS; runs++) {
    const way = ways.shift();
    if (!way) break;
    ways.push(...(await walk(rehearsal, journey, { way, begins: plainest(journey) }, found)));
  }
  for (const begins of otherBeginnings(journey)) {
    await walk(rehearsal, journey, { way: [], begins }, found);
  }
  for (const interruption of interruptions) await interrupt(rehearsal, journey, interruption, found);
  return [...found].map(([name, history]) => ({ name, history }));
}

/** Goes one way, and on by letting time pass; answers the other ways that it came by. */
async function walk(
  rehearsal: Rehearsal,
  journey: ToExplore,
  { way, begins }: { readonly way: readonly Turn[]; readonly begins: Variant },
  found: Map<string, History>,
): Promise<Turn[][]> {
  const others: Turn[][] = [];
  const run = await rehearsal.begin(beginningOf(journey, begins, []));
  const told: string[] = [];
  const turns: Turn[] = [];
  let waiting = await run.waiting();
  while (waiting && turns.length < MOST_RESTS) {
    if (turns.length >= way.length) {
      await keep(found, ['asleep at', waiting.points.join(' and '), ...after(told)], begins, run);
      waiting.wants.forEach((_, choice) => others.push([...turns, { kind: 'event', choice }]));
    }
    const turn: Turn = way[turns.length] ?? { kind: 'time' };
    told.push(...(await take(run, turn, waiting, journey)));
    turns.push(turn);
    waiting = await run.waiting();
  }
  if (!waiting) await keep(found, ['completed', ...after(told)], begins, run);
  await run.end();
  return others;
}

/** Answers what is worth a mention of it. */
async function take(run: Rehearsed, turn: Turn, waiting: Waiting, { events }: ToExplore): Promise<string[]> {
  const wanted = turn.kind === 'event' ? waiting.wants[turn.choice] : undefined;
  if (!wanted) {
    await run.wake(waiting);
    return [];
  }
  const { event, where } = wanted;
  await run.receive(event, { ...sampleProperties(events[event], BEGINS_AT), ...where });
  return [event];
}

const after = (told: readonly string[]): string[] => (told.length === 0 ? [] : ['after', told.join(' and ')]);

async function keep(
  found: Map<string, History>,
  words: readonly string[],
  { words: begun }: Pick<Variant, 'words'>,
  run: Rehearsed,
): Promise<void> {
  const plain = words.join(' ');
  const name = [plain, ...(begun ? [begun] : [])].join(' ');
  if (found.has(name)) return;
  const history = await run.history();
  const known = found.get(plain);
  if (!known || doneIn(known) !== doneIn(history)) found.set(name, history);
}

/** What a run did, in order; waits by what they were for. */
const doneIn = (history: History): string =>
  recordedCommands(history)
    .map(({ what }) => what.replace(/ until .*/, ''))
    .join('\n');

interface Interruption {
  readonly name: string;
  readonly answers?: readonly ScriptedAnswer[];
  readonly tell?: Parameters<Rehearsed['tell']>[0];
}

const TEN_MINUTES_MS = 600_000;
const interruptions: readonly Interruption[] = [
  {
    name: 'asleep with its first send held back',
    answers: [(now) => ({ status: 'deferred', reason: 'paced', until: now + TEN_MINUTES_MS })],
  },
  {
    name: 'asleep with its first send unknown',
    answers: [(now) => ({ status: 'unknown', sendId: 's1', until: now + TEN_MINUTES_MS })],
  },
  { name: 'exited', tell: { kind: 'end', end: { status: 'exited', reason: 'exit_event' } } },
  { name: 'asleep, having moved', tell: { kind: 'zone', zone: 'America/Los_Angeles' } },
];

async function interrupt(
  rehearsal: Rehearsal,
  journey: ToExplore,
  { name, answers = [], tell }: Interruption,
  found: Map<string, History>,
): Promise<void> {
  const run = await rehearsal.begin(beginningOf(journey, plainest(journey), answers));
  let waiting = await run.waiting();
  for (let rests = 0; waiting && !run.isAnswered && rests < MOST_RESTS; rests++) {
    await run.wake(waiting);
    waiting = await run.waiting();
  }
  // A journey that never rests, or never sends, is not to be interrupted so.
  const isInterrupted = waiting !== undefined && run.isAnswered;
  if (isInterrupted && tell) {
    await run.tell(tell);
    await run.waiting();
  }
  if (isInterrupted) await keep(found, [name], { words: '' }, run);
  await run.end();
}

function plainest({ policy: { enter }, events }: ToExplore): Variant {
  const properties =
    'stage' in enter
      ? { from: 'active', to: enter.stage }
      : sampleProperties(events[triggerOf(enter)], BEGINS_AT);
  return { words: '', properties };
}

function otherBeginnings({ policy: { enter }, events }: ToExplore): Variant[] {
  return 'on' in enter ? variantsOf(events[enter.on], BEGINS_AT).slice(0, MOST_VARIANTS) : [];
}

const triggerOf = (enter: JourneyPolicy['enter']): string =>
  'on' in enter ? enter.on : 'Lifecycle Stage Changed';

function beginningOf(
  { id, policy: { enter, version } }: ToExplore,
  { properties }: Variant,
  answers: readonly ScriptedAnswer[],
) {
  return { journey: id, version, event: triggerOf(enter), properties, at: BEGINS_AT, answers };
}
