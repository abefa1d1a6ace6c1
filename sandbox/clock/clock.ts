import type { FastifyPluginAsync } from 'fastify';
import { nextSettleAt } from '../../activities';
import type { Logger } from '../../config/logger';
import { nextStageDue } from '../../ingest';
import { clockNow, clockOffsetMs } from '../../store/clock';
import type { Database } from '../../store/database';
import type { WakesAt } from '../../worker/journey-worker';
import type { RunningWorker } from '../../worker/start-worker';
import { advance, type AdvanceParts, forwardAll } from './advance';
import { ClockError } from './errors';
import { ensureClockRecord, recordWake, releaseClock, runsWakingBy, setUnusedClock } from './record';
import { clockRoutes } from './routes';

export interface ClockOptions {
  readonly db: Database;
  /** False where Temporal cannot skip time, or is not the stack's own: the clock can be read, not moved. */
  readonly canMove: boolean;
  /** Where it should stand at start; on a record that has been used it may only move forward. Default: where it stands. */
  readonly start?: Date;
  /** Moves lifecycle stages that are due; answers how many. */
  readonly sweep: () => Promise<number>;
  /** Looks for unknown sends that are due; answers how many. */
  readonly settle: () => Promise<number>;
  readonly providerIdle: () => Promise<void>;
  readonly log: Logger;
}

/** The virtual clock of an embedded stack. It ticks like any other, and can be moved ahead. */
export interface VirtualClock {
  readonly routes: FastifyPluginAsync;
  /** For the worker: told when each run wakes next, and of each delivery to a run. */
  readonly wakesAt: WakesAt;
  readonly onDelivered: (enrollmentId: string) => void;
  /** Begins to go by this worker; moves to `start` if that is still ahead. */
  drive(worker: RunningWorker): Promise<void>;
  now(): Promise<Date>;
  /** Resolves, with now, when everything due by `target` has happened. One move at a time. */
  moveTo(target: (now: Date) => Date): Promise<Date>;
  stop(): Promise<void>;
}

/** How often, and how far ahead, runs are looked for whose own clock lags behind and that wake soon. */
const keepEveryMs = 20_000;
const keepAheadMs = 60_000;

export async function startClock(options: ClockOptions): Promise<VirtualClock> {
  const { db, canMove, start, log } = options;
  await ensureClockRecord(db);
  // A stack that was killed in the middle of a move left it held.
  await releaseClock(db);
  const isSet = start !== undefined && canMove && (await setUnusedClock(db, start));
  if (start !== undefined && !isSet) checkForward(await clockNow(db), start, canMove);

  const touched = new Set<string>();
  let parts: AdvanceParts | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let keeper: NodeJS.Timeout | undefined;

  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };

  const moveTo: VirtualClock['moveTo'] = (targetOf) =>
    inTurn(async () => {
      const now = await clockNow(db);
      const target = targetOf(now);
      checkForward(now, target, canMove);
      if (!parts) throw new ClockError('clock_fixed', 409, 'The worker has not started yet.');
      await advance(parts, target);
      return clockNow(db);
    });

  /** Runs sleep on clocks of their own: those that wake soon are brought up to ours, so that they wake in time. */
  const keep = async () => {
    if (!parts) return;
    const [now, offsetMs] = await Promise.all([clockNow(db), clockOffsetMs(db)]);
    const soon = await runsWakingBy(db, new Date(now.getTime() + keepAheadMs));
    await forwardAll(
      parts,
      soon.filter((run) => run.aheadMs < offsetMs),
      offsetMs,
      () => 0,
    );
  };

  return {
    routes: clockRoutes({ now: () => clockNow(db), moveTo }),
    wakesAt: (enrollmentId, wakeAt, offset) => recordWake(db, enrollmentId, wakeAt, offset),
    onDelivered: (enrollmentId) => void touched.add(enrollmentId),
    now: () => clockNow(db),
    moveTo,
    drive: async ({ client, dispatcher }) => {
      parts = {
        db,
        client,
        drained: () => dispatcher.drained(),
        takeTouched: () => {
          const taken = [...touched];
          touched.clear();
          return taken;
        },
        providerIdle: options.providerIdle,
        dues: [
          { next: () => nextStageDue(db), work: options.sweep },
          { next: async () => (await nextSettleAt(db)) ?? null, work: options.settle },
        ],
        log,
      };
      if (!canMove) return;
      if (start !== undefined && !isSet) await moveTo(() => start);
      keeper = setInterval(() => {
        inTurn(keep).catch((error: unknown) =>
          log.warn({ err: error }, 'runs could not be brought up to the clock'),
        );
      }, keepEveryMs);
    },
    stop: async () => {
      clearInterval(keeper);
      await turn;
    },
  };
}

function checkForward(now: Date, target: Date, canMove: boolean): void {
  if (!canMove) {
    throw new ClockError(
      'clock_fixed',
      409,
      'The clock moves only on an embedded Temporal server of 1.32 or later.',
    );
  }
  if (target < now) {
    throw new ClockError(
      'clock_backwards',
      400,
      `The clock stands at ${now.toISOString()} and only moves forward; ${target.toISOString()} is past.`,
    );
  }
}
