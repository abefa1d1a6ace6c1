import { clockNow } from '../store/clock';
import { type Database, tx } from '../store/database';
import { forgetMessageIds } from '../store/message-ids';
import { dropPartitions, ensurePartition } from '../store/partitions';

const day = 86_400_000;
/** An event is one event for at least 30 days. */
const remembered = 35 * day;
const batch = 10_000;

/** Decisions can be read for so many months. */
const decisionMonths = 13;

/** Makes next month's partitions ahead of time, and forgets message ids and decisions that are old enough. */
export async function keepHouse(db: Database, alive: () => void = () => {}): Promise<void> {
  const now = await clockNow(db);
  for (const parent of ['events', 'decisions'] as const) {
    for (const at of [now, firstOfMonth(now, 1)]) {
      await tx(db, (client) => ensurePartition(client, parent, at));
    }
  }
  // That month is kept until it has ended that long ago as a whole.
  await dropPartitions(db, 'decisions', firstOfMonth(now, -decisionMonths));
  const before = new Date(now.getTime() - remembered);
  while ((await forgetMessageIds(db, before, batch)) === batch) alive();
}

/** Of the month so many after that of `at`. */
function firstOfMonth(at: Date, after: number): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + after, 1));
}
