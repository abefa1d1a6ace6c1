import { Client } from '@temporalio/client';
import type { NativeConnection, WorkflowBundleOption } from '@temporalio/worker';
import type { Registry } from 'prom-client';
import type { Logger } from '../config/logger';
import type { Database } from '../store/database';
import type { JourneyActivities } from '../workflows/runtime/contract';
import { type Dispatcher, type DispatcherOptions, startDispatcher } from './dispatcher/dispatcher';
import { journeyWorker, type WakesAt } from './journey-worker';
import { repeat } from './repeat';
import { ensureSearchAttributes } from './search-attributes';
import { startUpkeep } from './upkeep';

export interface WorkerOptions {
  readonly db: Database;
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** Queue of the journeys; that of upkeep is named after it. Default `jornada`. */
  readonly taskQueue?: string;
  /** Made beforehand by the same version of the SDK. */
  readonly workflowBundle: WorkflowBundleOption;
  readonly activities: JourneyActivities;
  /** Looks for unknown sends that are due; answers how many it looked for. */
  readonly settleDue: () => Promise<number>;
  /** Moves some of the lifecycle stages that are due; answers how many, 0 when none is left. */
  readonly sweepStages: () => Promise<number>;
  /** Pauses journeys that far too many enter, and says which unique codes have run out. */
  readonly guard: () => Promise<void>;
  /** Works off some of what operators have asked for; answers how much, 0 when none is left. */
  readonly workOperations: () => Promise<number>;
  /** IANA zone of customers of whom nothing better is known. */
  readonly timezone: string;
  readonly registry: Registry;
  readonly log: Logger;
  /** Told when a run wakes next: journeys with a lock go by it, and the embedded stack's clock. Default: nobody. */
  readonly wakesAt?: WakesAt;
  /** Told of each delivery that Temporal has taken. Default: nobody. */
  readonly onDelivered?: DispatcherOptions['onDelivered'];
}

export interface RunningWorker {
  readonly client: Client;
  readonly dispatcher: Dispatcher;
  /** Rejects while some part of it does not work. */
  check(): Promise<void>;
  /** Finishes what is under way. What is not begun stays in the outbox and in Temporal. Takes at most 25 seconds. */
  stop(): Promise<void>;
}

/** Everything of the worker process: the journeys, the dispatcher, the settling of sends, and upkeep. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { db, connection, namespace, workflowBundle, log } = options;
  const taskQueue = options.taskQueue ?? 'jornada';
  const client = new Client({ connection, namespace });
  await ensureSearchAttributes(connection, namespace, log);

  const started: { stop(): Promise<void> }[] = [];
  const stopAll = async () => {
    // The dispatcher first: a start must not be handed to a worker that is leaving.
    await started.pop()?.stop();
    await Promise.all(started.map((part) => part.stop()));
  };
  try {
    const journeys = await journeyWorker({
      connection,
      namespace,
      taskQueue,
      workflowBundle,
      activities: options.activities,
      ...(options.wakesAt && { wakesAt: options.wakesAt }),
      log,
    });
    started.push(journeys);
    const upkeep = await startUpkeep({
      db,
      client,
      connection,
      namespace,
      taskQueue: `${taskQueue}-upkeep`,
      journeysTaskQueue: taskQueue,
      workflowBundle,
      sweepStages: options.sweepStages,
      timezone: options.timezone,
      log,
    });
    started.push(upkeep);
    started.push(
      repeat({
        name: 'settler',
        everyMs: 1_000,
        work: async () => (await options.settleDue()) > 0,
        log,
      }),
    );
    started.push(
      repeat({
        name: 'operations',
        everyMs: 1_000,
        work: async () => (await options.workOperations()) > 0,
        log,
      }),
    );
    started.push(
      repeat({
        name: 'guard',
        everyMs: 5_000,
        work: () => options.guard().then(() => false),
        log,
      }),
    );
    const dispatcher = startDispatcher({
      db,
      client,
      connection,
      taskQueue,
      registry: options.registry,
      log,
      ...(options.onDelivered && { onDelivered: options.onDelivered }),
    });
    started.push(dispatcher);
    return {
      client,
      dispatcher,
      check: async () => {
        journeys.check();
        upkeep.check();
      },
      stop: stopAll,
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}
