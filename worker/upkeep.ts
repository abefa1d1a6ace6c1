import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { NativeConnection, WorkflowBundleOption } from '@temporalio/worker';
import type { Logger } from '../config/logger';
import type { Database } from '../store/database';
import type { UpkeepActivities } from '../workflows/upkeep';
import { keepHouse } from './house-keeping';
import { reconcile } from './reconciler';
import { type SteadyWorker, steadyWorker } from './steady-worker';

export interface UpkeepOptions {
  readonly db: Database;
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** Of upkeep. Its schedules are named after it. */
  readonly taskQueue: string;
  /** Of the journeys' worker. */
  readonly journeysTaskQueue: string;
  readonly workflowBundle: WorkflowBundleOption;
  /** Moves some of the lifecycle stages that are due and answers how many; 0 when none is left. */
  readonly sweepStages: () => Promise<number>;
  /** IANA zone of customers of whom nothing better is known. */
  readonly timezone: string;
  readonly log: Logger;
}

/**
 * What is done on a schedule, by whichever worker is free: every minute the sweep of what fell due by time alone,
 * every ten minutes, and now, the comparison of the record with Temporal.
 */
export async function startUpkeep(options: UpkeepOptions): Promise<SteadyWorker> {
  const { db, client, taskQueue, log } = options;
  const activities: UpkeepActivities = {
    sweepStages: async () => {
      while ((await options.sweepStages()) > 0) alive();
    },
    keepHouse: () => keepHouse(db, alive),
    reconcile: async () => {
      const { journeysTaskQueue, timezone } = options;
      await reconcile({ db, client, taskQueue: journeysTaskQueue, timezone, alive, log });
    },
  };
  const worker = await steadyWorker(
    {
      connection: options.connection,
      namespace: options.namespace,
      taskQueue,
      workflowBundle: options.workflowBundle,
      activities,
      // A run a minute: a fraction of what the journeys need.
      maxConcurrentWorkflowTaskExecutions: 4,
      maxConcurrentWorkflowTaskPolls: 2,
      maxConcurrentActivityTaskExecutions: 4,
      maxConcurrentActivityTaskPolls: 2,
      maxCachedWorkflows: 4,
      // What it does may be broken off anywhere and done again.
      shutdownGraceTime: 1_000,
      shutdownForceTime: 10_000,
    },
    log,
  );
  try {
    await ensureSchedule(client, { workflow: 'sweep', every: '1 minute', taskQueue });
    await ensureSchedule(client, { workflow: 'reconcile', every: '10 minutes', taskQueue });
    await client.schedule.getHandle(scheduleId('reconcile', taskQueue)).trigger(ScheduleOverlapPolicy.SKIP);
  } catch (error) {
    await worker.stop();
    throw error;
  }
  return worker;
}

/** Breaks off when the worker stops: the schedule, or a retry elsewhere, does it again. */
function alive(): void {
  heartbeat();
  if (cancellationSignal().aborted) throw new CancelledFailure('The worker stops');
}

const scheduleId = (workflow: string, taskQueue: string) => `${taskQueue}/${workflow}`;

async function ensureSchedule(
  client: Client,
  { workflow, every, taskQueue }: { workflow: string; every: '1 minute' | '10 minutes'; taskQueue: string },
): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: scheduleId(workflow, taskQueue),
      spec: { intervals: [{ every }] },
      // One that is missed is made up by the next: it does whatever is due.
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
      action: {
        type: 'startWorkflow',
        workflowType: workflow,
        taskQueue,
        workflowId: scheduleId(workflow, taskQueue),
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
