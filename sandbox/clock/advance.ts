import type { Client } from '@temporalio/client';
import type { Logger } from '../../config/logger';
import type { Database } from '../../store/database';
import { clockNow } from '../../store/clock';
import { workflowId } from '../../worker/workflow-names';
import { type Waiting, WAITING_QUERY } from '../../workflows/runtime/contract';
import {
  firstWake,
  forgetClosedRuns,
  holdClockAt,
  openAmong,
  recordForward,
  releaseClock,
  runsWakingBy,
  type SleepingRun,
} from './record';
import { forward, isGone } from './time-skipping';

/** What must be worked off at an instant besides runs. */
export interface DueWork {
  /** When some of it is due next; null when none is. */
  readonly next: () => Promise<Date | null>;
  /** Does what is due; answers how much. */
  readonly work: () => Promise<number>;
}

export interface AdvanceParts {
  readonly db: Database;
  readonly client: Client;
  /** Resolves when the outbox has been delivered. */
  readonly drained: () => Promise<void>;
  /** Runs that were told something since the last call. */
  readonly takeTouched: () => string[];
  /** Resolves when the provider owes us nothing. */
  readonly providerIdle: () => Promise<void>;
  /** In the order in which they come within one instant; runs come last. */
  readonly dues: readonly DueWork[];
  readonly log: Logger;
}

/** A timer begins when the task that set it is completed, so it fires a little after the instant it was reckoned for. */
const timerLagMs = 60;
/** How many runs are forwarded, or asked, at the same time. */
const parallel = 50;
/** Tries after which a run that does not wake is left where it is. */
const patience = 5;

/**
 * Moves the clock to `target` by way of everything that falls due until then, in order of time across all customers, holding it
 * at each such instant while that is worked off.
 */
export async function advance(parts: AdvanceParts, target: Date): Promise<void> {
  const { db, log } = parts;
  const tries = new Map<string, number>();
  const stuck = () => [...tries].flatMap(([id, n]) => (n >= patience ? [id] : []));
  try {
    await holdClockAt(db, await clockNow(db));
    await settle(parts);
    for (;;) {
      const dues = await Promise.all([...parts.dues.map(({ next }) => next()), firstWake(db, stuck())]);
      const due = Math.min(...dues.map((at) => at?.getTime() ?? Number.POSITIVE_INFINITY));
      if (due > target.getTime()) break;
      const offsetMs = await holdClockAt(db, new Date(due));
      for (const { work } of parts.dues) {
        while ((await work()) > 0) await settle(parts);
      }
      const waking = (await runsWakingBy(db, new Date(due))).filter(
        (run) => !stuck().includes(run.enrollmentId),
      );
      for (const { enrollmentId } of waking) tries.set(enrollmentId, (tries.get(enrollmentId) ?? 0) + 1);
      await forwardAll(parts, waking, offsetMs, (run) => tries.get(run.enrollmentId) ?? 1);
      await settle(parts);
      const asleep = new Set((await runsWakingBy(db, new Date(due))).map(({ enrollmentId }) => enrollmentId));
      for (const { enrollmentId } of waking) if (!asleep.has(enrollmentId)) tries.delete(enrollmentId);
    }
    if (stuck().length > 0) log.warn({ runs: stuck().length }, 'runs did not wake when they were due');
    await holdClockAt(db, target);
    await forgetClosedRuns(db);
  } finally {
    await releaseClock(db);
  }
}

/** Brings runs' own clocks up to the virtual clock; a run that did not wake at once gets a little more. */
export async function forwardAll(
  parts: Pick<AdvanceParts, 'db' | 'client'>,
  runs: readonly SleepingRun[],
  offsetMs: number,
  attempt: (run: SleepingRun) => number,
): Promise<void> {
  await inParallel(runs, async (run) => {
    const byMs = Math.max(0, offsetMs - run.aheadMs) + timerLagMs * attempt(run);
    const done = await forward(parts.client, workflowId(run.journey, run.enrollmentId), byMs);
    if (done !== 'over') await recordForward(parts.db, run.enrollmentId, done.aheadMs);
  });
}

/** Waits until nothing is under way: no outbox row, no running task of a run that was told something, no callback. */
async function settle({ db, client, drained, takeTouched, providerIdle }: AdvanceParts): Promise<void> {
  for (;;) {
    await drained();
    const touched = takeTouched();
    await inParallel(await openAmong(db, touched), async ({ journey, enrollmentId }) => {
      // A query waits for the task that is running, so an answer means that the run rests.
      const handle = client.workflow.getHandle(workflowId(journey, enrollmentId));
      await handle.query<Waiting>(WAITING_QUERY).catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
    });
    await providerIdle();
    if (touched.length === 0 && (await isQuiet(db))) return;
  }
}

async function isQuiet(db: Database): Promise<boolean> {
  const { rows } = await db.query<{ quiet: boolean }>('select not exists (select from outbox) as quiet');
  return rows[0]?.quiet ?? true;
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(parallel, queue.length) }, lane));
}
