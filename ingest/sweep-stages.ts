import { type Database, type Queryable, tx } from '../store/database';
import { earliestStageDue, lockDueProfiles } from '../store/profiles';
import { type IngestDeps, prepareIngest } from './deps';
import { foreseeStageMoves } from './foresee-needs';
import { loadBatch, readLocked } from './load-batch';
import { passTime } from './move-stage';
import { route } from './take-effect';
import { writeBatch } from './write-batch';

/**
 * Moves the stages that are due by now, each as of the instant it was due, of at most `limit` customers (500 unless
 * given), longest due first. Answers how many: call it again while that is `limit`. Customers that an event is being
 * applied to are left for the next call; that event moves them itself.
 */
export async function sweepStages(
  pool: Database,
  deps: IngestDeps,
  { limit = 500 }: { readonly limit?: number } = {},
): Promise<{ readonly swept: number }> {
  const prepared = prepareIngest(deps);
  const sweep = async (client: Queryable) => {
    const profiles = await lockDueProfiles(client, limit);
    if (profiles.length === 0) return { swept: 0 };
    const stored = await readLocked(client, profiles, 2 * profiles.length);
    const batch = await loadBatch(
      client,
      prepared,
      stored,
      foreseeStageMoves(prepared, stored.now, profiles),
    );
    for (const customer of batch.all()) {
      for (const track of passTime(batch, customer, stored.now)) route(batch, customer, [track]);
    }
    await writeBatch(client, batch, { attached: [], moved: [], released: [] });
    return { swept: profiles.length };
  };
  return tx(pool, sweep, { byIndex: true });
}

/** When time alone moves a stage next; null when it will not. */
export async function nextStageDue(pool: Database): Promise<Date | null> {
  return earliestStageDue(pool);
}
