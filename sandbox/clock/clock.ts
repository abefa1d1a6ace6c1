import { setMaxListeners } from 'node:events';
import type { FastifyPluginAsync } from 'fastify';
import { nextSettleAt } from '../../activities';
import type { Logger } from '../../config/logger';
import { nextStageDue } from '../../ingest';
import { clockNow } from '../../store/clock';
import type { Database } from '../../store/database';
import type { DispatcherOptions } from '../../worker/dispatcher/dispatcher';
import { faultOf } from '../../worker/dispatcher/failure';
import type { WakesAt } from '../../worker/journey-worker';
import { repeat } from '../../worker/repeat';
import type { RunningWorker } from '../../worker/start-worker';
import { advance, type AdvanceParts } from './advance';
import { setUnusedClock, unholdClock } from './clock-row';
import { ClockError } from './errors';
import { keepUp } from './keep-up';
import { clockRoutes } from './routes';
import { Sleepers } from './sleepers';
import { TimeSkipping } from './time-skipping';
import { ToldRuns } from './told-runs';

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
  /** What operators have asked for, which is due as soon as it is asked. */
  readonly operations: { readonly due: () => Promise<boolean>; readonly work: () => Promise<number> };
  readonly providerIdle: () => Promise<void>;
  /** Which of two runs due at the same instant is woken first: that of the lower rank. Default: either. */
  readonly rankOf?: (workflowId: string) => number;
  readonly log: Logger;
}

/** The virtual clock of an embedded stack. It ticks like any other, and can be moved ahead. */
export interface VirtualClock {
  readonly routes: FastifyPluginAsync;
  /** For the worker: told when each run wakes next, and of each delivery to a run. */
  readonly wakesAt: WakesAt;
  readonly onDelivered: NonNullable<DispatcherOptions['onDelivered']>;
  /** Begins to go by this worker; moves to `start` if that is still ahead. */
  drive(worker: RunningWorker): Promise<void>;
  /** Goes by another worker, which `change` answers, between one move and the next. */
  handOver(change: () => Promise<RunningWorker>): Promise<void>;
  now(): Promise<Date>;
  /** Resolves, with now, when everything due by `target` has happened. One move at a time. */
  moveTo(target: (now: Date) => Date): Promise<Date>;
  /** Breaks a move off after the instant it is at. */
  stop(): Promise<void>;
}

export async function startClock(options: ClockOptions): Promise<VirtualClock> {
  const { db, canMove, start, log } = options;
  const sleepers = await Sleepers.open(db);
  const told = new ToldRuns();
  // A stack that was killed in the middle of a move left it held.
  await unholdClock(db);
  const isSet = start !== undefined && canMove && (await setUnusedClock(db, start));
  if (start !== undefined && !isSet) checkMove(await clockNow(db), start, canMove);

  const stopping = new AbortController();
  // Every run that is being woken listens.
  setMaxListeners(0, stopping.signal);
  let parts: AdvanceParts | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let keeper: { stop(): Promise<void> } | undefined;

  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };

  const moveTo: VirtualClock['moveTo'] = (targetOf) =>
    inTurn(async () => {
      const now = await clockNow(db);
      const target = targetOf(now);
      checkMove(now, target, canMove);
      if (!parts) throw new ClockError('clock_unavailable', 503, 'The worker has not started yet.');
      try {
        await advance(parts, target);
        await keepUp(parts);
      } catch (cause) {
        throw faultOf(cause) === 'row' ? cause : serverAway(cause);
      }
      return clockNow(db);
    });

  const partsOf = ({ client, dispatcher }: RunningWorker): AdvanceParts => ({
    db,
    client,
    sleepers,
    told,
    // The next worker's client has the same connection, and what runs have skipped does not change with it.
    skipping: parts?.skipping ?? new TimeSkipping(client, new Set(sleepers.ids)),
    drained: () => dispatcher.drained(),
    providerIdle: options.providerIdle,
    rankOf: options.rankOf ?? (() => 0),
    dues: [
      {
        next: async () => ((await options.operations.due()) ? new Date(0) : null),
        work: options.operations.work,
      },
      { next: () => nextStageDue(db), work: options.sweep },
      { next: async () => (await nextSettleAt(db)) ?? null, work: options.settle },
    ],
    signal: stopping.signal,
    log,
  });

  return {
    routes: clockRoutes({ now: () => clockNow(db), moveTo }),
    wakesAt: ({ workflowId, wakeAt, clockOffsetMs }) => {
      told.heardFrom(workflowId, wakeAt === null);
      return sleepers.tell(workflowId, wakeAt, clockOffsetMs);
    },
    onDelivered: (workflowId, kind) => told.add(workflowId, kind),
    now: () => clockNow(db),
    moveTo,
    drive: async (worker) => {
      parts = partsOf(worker);
      if (!canMove) return;
      if (start !== undefined && !isSet) await moveTo(() => start);
      const work = () => inTurn(async () => parts && keepUp(parts)).then(() => false);
      keeper = repeat({ name: 'clock', everyMs: 1_000, work, log });
    },
    handOver: (change) =>
      inTurn(async () => {
        parts = partsOf(await change());
      }),
    stop: async () => {
      stopping.abort();
      await keeper?.stop();
      await turn;
    },
  };
}

function checkMove(now: Date, target: Date, canMove: boolean): void {
  if (!canMove) {
    throw new ClockError(
      'clock_unavailable',
      409,
      'The clock moves only on an embedded Temporal server of 1.32 or later.',
    );
  }
  if (target < now) {
    throw new ClockError(
      'clock_backwards',
      400,
      `The clock stands at ${now.toISOString()} and only moves forward; ${target.toISOString()} is past. Ask for a later instant or for none, or begin in another home.`,
    );
  }
}

function serverAway(cause: unknown): ClockError {
  return new ClockError(
    'clock_stuck',
    503,
    'Postgres or Temporal was away on the way: the clock has not got as far as asked.',
    { cause },
  );
}
