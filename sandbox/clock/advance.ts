import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Logger } from '../../config/logger';
import type { Database } from '../../store/database';
import { holdClock, releaseClock } from './clock-row';
import { ClockError } from './errors';
import { inParallel, within } from './in-parallel';
import type { Sleeper, Sleepers } from './sleepers';
import type { TimeSkipping } from './time-skipping';
import { askUntilAtRest, type ToldRuns } from './told-runs';

/** What must be worked off at an instant besides runs. */
export interface DueWork {
  /** When some of it is due next; null when none is. */
  readonly next: () => Promise<Date | null>;
  /** Does some of what is due; answers how much. */
  readonly work: () => Promise<number>;
}

export interface AdvanceParts {
  readonly db: Database;
  readonly client: Client;
  readonly sleepers: Sleepers;
  readonly told: ToldRuns;
  readonly skipping: TimeSkipping;
  /** Resolves when the dispatcher found nothing more to deliver. */
  readonly drained: () => Promise<void>;
  /** Resolves when the provider owes us nothing. */
  readonly providerIdle: () => Promise<void>;
  /** Which of two runs due at the same instant is woken first: that of the lower rank. */
  readonly rankOf: (workflowId: string) => number;
  /** In the order in which they come within one instant; runs come last. */
  readonly dues: readonly DueWork[];
  /** Aborted when the stack stops. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Runs asked at the same time. More only makes each of them wait longer. */
const askedAtOnce = 16;
/** Runs woken at the same time. Most of that is waiting, as long as a run's timer was started late, until it fires. */
const wokenAtOnce = 64;
/** Real milliseconds without a word of any run, after which one that is due is asked: a query is a task more. */
const silence = 3_000;
/** As long as a timer of Node's can last. */
const forever = 2_147_483_647;
/** Real milliseconds after which a run that is due and does not wake, a bug in its journey, is left behind. */
const patience = 20_000;

/**
 * Moves the clock to `target` by way of everything that falls due until then, in order of time across all customers,
 * held at each such instant while that is worked off. Then it ticks on.
 */
export async function advance(parts: AdvanceParts, target: Date): Promise<void> {
  const { db, sleepers, signal } = parts;
  let reached: Date | undefined;
  try {
    await settle(parts);
    for (;;) {
      if (signal.aborted) throw new ClockError('clock_stopped', 503, 'The stack is being stopped.');
      const workDue = await earliestWork(parts);
      const due = Math.min(workDue, sleepers.earliest());
      if (due > target.getTime()) break;
      const held = (await holdClock(db, new Date(due))).getTime();
      if (workDue <= held) {
        await workOff(parts, held);
        continue;
      }
      await inParallel(inOrder(parts, held), wokenAtOnce, (sleeper) => wake(parts, sleeper, held));
      await settle(parts);
    }
    reached = target;
  } finally {
    await parts.skipping.idle();
    await releaseClock(db, reached);
  }
}

function inOrder({ sleepers, rankOf }: AdvanceParts, held: number): Sleeper[] {
  return sleepers
    .wakingBy(held)
    .toSorted((a, b) => a.wakeAt - b.wakeAt || rankOf(a.workflowId) - rankOf(b.workflowId));
}

async function earliestWork({ dues }: AdvanceParts): Promise<number> {
  const instants = await Promise.all(dues.map(({ next }) => next()));
  return Math.min(...instants.map((at) => at?.getTime() ?? Number.POSITIVE_INFINITY));
}

/** Until nothing of it is due any more. The worker, which sees the same clock, may be at some of it too. */
async function workOff(parts: AdvanceParts, held: number): Promise<void> {
  const { dues, signal } = parts;
  for (let idleSince = performance.now(); ; await delay(10)) {
    let done = 0;
    for (const { work } of dues) done += await work();
    await settle(parts);
    if (signal.aborted || (await earliestWork(parts)) > held) return;
    if (done > 0) idleSince = performance.now();
    else if (performance.now() - idleSince > patience) {
      throw new ClockError('clock_stuck', 503, 'Something is due that does not get done; it is in the log.');
    }
  }
}

/** Wakes a run whose time has come. */
async function wake(parts: AdvanceParts, sleeper: Sleeper, now: number): Promise<void> {
  const { client, sleepers, skipping, signal, log } = parts;
  const { workflowId, wakeAt, clockOffsetMs, replaced } = sleeper;
  // Its timer was started when its last task was complete, and is late by that: it fires by itself shortly after. To
  // go past it would end the forward, which is an event of its own, in the middle of the task that the timer begins.
  const forwarded = await skipping.forward(workflowId, wakeAt - clockOffsetMs);
  if (forwarded === 'over') return sleepers.forget(workflowId);
  if (await isHeard(parts, replaced)) return;
  const answer = await askUntilAtRest(client, workflowId, { patience, signal, log });
  if (signal.aborted || !sleepers.isCurrent(sleeper)) return;
  if (answer === 'over') await sleepers.forget(workflowId);
  else if (answer !== 'at work' && answer.wakeAt !== null && answer.wakeAt > now) {
    await sleepers.tell(workflowId, answer.wakeAt, clockOffsetMs);
  } else if (!(await within(replaced, patience, signal)) && !signal.aborted) {
    // As late as this is only a timer whose task took longer than Temporal lets any.
    log.warn({ workflowId }, 'a run does not wake when it is due: the clock goes on without it');
    sleepers.giveUp(sleeper);
  }
}

/** Whether the run itself says what it does next. While others are heard, the worker is at them: its turn comes. */
async function isHeard({ sleepers, signal }: AdvanceParts, replaced: Promise<void>): Promise<boolean> {
  const began = performance.now();
  for (;;) {
    if (await within(replaced, silence, signal)) return true;
    const now = performance.now();
    if (signal.aborted || now - sleepers.heardAt > silence || now - began > patience) return false;
  }
}

/** Waits until nothing is under way: no outbox row, no running task of a run that was told something, no callback. */
async function settle({
  db,
  client,
  told,
  sleepers,
  drained,
  providerIdle,
  signal,
  log,
}: AdvanceParts): Promise<void> {
  while (!signal.aborted) {
    await within(drained(), forever, signal);
    const runs = told.all;
    await inParallel(runs, askedAtOnce, async (run) => {
      // A query is a task of its own: where the run will say so itself, it is not asked at once.
      if (run.kind === 'start' && (await within(run.heard, silence, signal))) return;
      const answer = await askUntilAtRest(client, run.workflowId, { patience, signal, log });
      if (answer === 'over') await sleepers.forget(run.workflowId);
      told.settled(run);
    });
    await within(providerIdle(), forever, signal);
    if (runs.length === 0 && told.all.length === 0 && (await outboxIsEmpty(db))) return;
  }
}

async function outboxIsEmpty(db: Database): Promise<boolean> {
  const { rows } = await db.query<{ empty: boolean }>({
    name: 'sandbox-outbox-empty',
    text: 'select not exists (select from outbox) as empty',
  });
  return rows[0]?.empty ?? true;
}
