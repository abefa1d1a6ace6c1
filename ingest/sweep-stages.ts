import { clockNow } from '../store/clock';
import { type Database, tx } from '../store/database';
import { findIdentifiers } from '../store/identifiers';
import { findByIndex } from '../store/index-plans';
import { earliestStageDue, lockDueProfiles } from '../store/profiles';
import { type IngestDeps, prepareIngest } from './deps';
import { foreseeStageMoves } from './foresee-needs';
import { loadBatch } from './load-batch';
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
  return tx(pool, async (client) => {
    await findByIndex(client);
    const profiles = await lockDueProfiles(client, limit);
    if (profiles.length === 0) return { swept: 0 };
    const identifiers = await findIdentifiers(
      client,
      [],
      profiles.map(({ profileId }) => profileId),
    );
    const now = await clockNow(client);
    const needs = foreseeStageMoves(prepared, profiles);
    const batch = await loadBatch(client, prepared, now, { profiles, identifiers }, needs);
    for (const customer of batch.all()) {
      for (const track of passTime(batch, customer, now)) route(batch, customer, [track]);
    }
    await writeBatch(client, batch, { attached: [], moved: [], released: [] });
    return { swept: profiles.length };
  });
}

/** When time alone moves a stage next; null when it will not. */
export async function nextStageDue(pool: Database): Promise<Date | null> {
  return earliestStageDue(pool);
}
