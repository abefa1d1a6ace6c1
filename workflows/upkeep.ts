import { proxyActivities } from '@temporalio/workflow';

/** What is done now and then for no customer in particular, each on a schedule. */
export interface UpkeepActivities {
  /** Moves every lifecycle stage that is due. */
  sweepStages(): Promise<void>;
  /** Keeps the tables in shape: partitions ahead, ids that are old enough forgotten. */
  keepHouse(): Promise<void>;
  /** Compares the record with Temporal and repairs either side. */
  reconcile(): Promise<void>;
}

const activities = proxyActivities<UpkeepActivities>({
  startToCloseTimeout: '1 day',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** Every minute: what time alone made due. */
export async function sweep(): Promise<void> {
  await activities.sweepStages();
  await activities.keepHouse();
}

/** Every ten minutes, or as long as it takes. */
export async function reconcile(): Promise<void> {
  await activities.reconcile();
}
