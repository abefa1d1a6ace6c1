import type { NativeConnection, WorkflowBundleOption } from '@temporalio/worker';
import type { Logger } from '../config/logger';
import type { JourneyActivities } from '../workflows/runtime/contract';
import { type SteadyWorker, steadyWorker } from './steady-worker';

export interface JourneyWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  /** Made beforehand by the same version of the SDK. */
  readonly workflowBundle: WorkflowBundleOption;
  readonly activities: JourneyActivities;
  /** Told, before each workflow task is completed, when the run wakes next. Default: nobody. */
  readonly wakesAt?: WakesAt;
  readonly log: Logger;
}

/** When a run wakes by itself next. */
export interface Wake {
  readonly workflowId: string;
  /** Epoch milliseconds on Jornada's clock; null when it is over. */
  readonly wakeAt: number | null;
  /** That clock minus the wall clock when the run was started. */
  readonly clockOffsetMs: number;
}

export type WakesAt = (wake: Wake) => Promise<void> | void;

/** Heap that sleeping runs may take, so that waking them needs no replay; and what one takes of it. */
const CACHE_BYTES = 512_000_000;
const BYTES_PER_RUN = 70_000;

/** Runs the journeys: their workflows, and their effects as local activities. */
export function journeyWorker(options: JourneyWorkerOptions): Promise<SteadyWorker> {
  const { wakesAt = () => {} } = options;
  return steadyWorker(
    {
      connection: options.connection,
      namespace: options.namespace,
      taskQueue: options.taskQueue,
      workflowBundle: options.workflowBundle,
      activities: options.activities,
      // Effects are local activities only; the queue of the others is not even polled.
      enableNonLocalActivities: false,
      maxConcurrentWorkflowTaskExecutions: 100,
      // With the defaults, new runs starve behind the wake-ups of those in the cache.
      maxConcurrentWorkflowTaskPolls: 40,
      nonStickyToStickyPollRatio: 0.5,
      maxConcurrentLocalActivityExecutions: 100,
      maxCachedWorkflows: Math.floor(CACHE_BYTES / BYTES_PER_RUN),
      // How long the runs of a worker that was killed wait for it.
      stickyQueueScheduleToStartTimeout: 5_000,
      // A send that is under way gets to write down what came of it.
      shutdownGraceTime: 8_000,
      shutdownForceTime: 12_000,
      sinks: {
        waits: {
          wakesAt: {
            fn: ({ workflowId }, _enrollmentId: string, wakeAt: number | null, clockOffsetMs: number) =>
              wakesAt({ workflowId, wakeAt, clockOffsetMs }),
            callDuringReplay: false,
          },
        },
      },
    },
    options.log,
  );
}
