import { clockNow } from '../store/clock';
import { type Database, tx } from '../store/database';
import { forgetMessageIds } from '../store/message-ids';
import { ensurePartition } from '../store/partitions';

const day = 86_400_000;
/** An event is one event for at least 30 days. */
const remembered = 35 * day;
const batch = 10_000;

/** Makes next month's partitions ahead of time, and forgets message ids that are old enough. */
export async function keepHouse(db: Database, alive: () => void = () => {}): Promise<void> {
  const now = await clockNow(db);
  for (const parent of ['events', 'decisions'] as const) {
    for (const at of [now, new Date(now.getTime() + 32 * day)]) {
      await tx(db, (client) => ensurePartition(client, parent, at));
    }
  }
  const before = new Date(now.getTime() - remembered);
  while ((await forgetMessageIds(db, before, batch)) === batch) alive();
}
