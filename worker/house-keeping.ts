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
    for (const at of [now, new Date(now.getTime() + 32 * day)]) {
      await tx(db, (client) => ensurePartition(client, parent, at));
    }
  }
  const kept = new Date(now);
  // The first of a month that long ago: that month is kept until it has ended that long ago as a whole.
  kept.setUTCMonth(kept.getUTCMonth() - decisionMonths, 1);
  await dropPartitions(db, 'decisions', kept);
  const before = new Date(now.getTime() - remembered);
  while ((await forgetMessageIds(db, before, batch)) === batch) alive();
}
