import type { Condition } from '../../catalog/audience';
import { type Database, type Queryable, tx } from '../../store/database';
import { addMembers, nextCrossings, stillInside } from '../../store/audiences';
import { type LaunchRow, launchesDue, lockDueLaunch, recordStep } from '../../store/launches';
import { lockProfiles } from '../../store/profiles';
import { type IngestDeps, type Prepared, prepareIngest } from '../deps';
import { loadBatch, needsOfEntries, readLocked } from '../load-batch';
import { writeBatch } from '../write-batch';
import { enterByLaunch } from './enter-by-launch';
import { launchable, launchableJourneys } from './launchable';

export interface LaunchDeps extends IngestDeps {
  readonly audiences: { readonly [name: string]: Condition };
}

/** Profiles looked at, and customers entered, in one step: each a short transaction. */
const LOOK = 1_000;
const ENTER = 500;

/**
 * Does one step of a launch that is running, and answers whether there was one: customers who have crossed into its
 * audience are entered by the rules of any entry, and the place it has got to is committed with them. So it goes on
 * from there whoever is killed, and enters nobody twice.
 */
export async function workLaunches(pool: Database, deps: LaunchDeps): Promise<boolean> {
  const prepared = prepareIngest(deps);
  return tx(
    pool,
    async (db) => {
      const launch = await lockDueLaunch(db, launchableJourneys(deps));
      if (!launch) return false;
      const { condition } = launchable(deps, launch.journey);
      const { profileIds, position } = await nextCrossings(
        db,
        { journey: launch.journey, condition },
        { now: launch.at, after: launch.position, look: LOOK, limit: ENTER },
      );
      const counts = await enterAll(db, prepared, { launch, condition, profileIds });
      await recordStep(db, launch.launchId, { ...counts, position });
      return true;
    },
    { byIndex: true },
  );
}

/** Whether there is a step to do. */
export function launchesToWork(pool: Database, deps: LaunchDeps): Promise<boolean> {
  return launchesDue(pool, launchableJourneys(deps));
}

async function enterAll(
  db: Queryable,
  deps: Prepared,
  step: { readonly launch: LaunchRow; readonly condition: Condition; readonly profileIds: readonly string[] },
): Promise<{ entered: number; refused: number }> {
  const { launch, condition } = step;
  if (step.profileIds.length === 0) return { entered: 0, refused: 0 };
  const profiles = await lockProfiles(db, step.profileIds);
  // What has happened until the locks were had counts.
  const inside = await stillInside(db, condition, { now: launch.at, profileIds: step.profileIds });
  const customers = profiles.filter(({ profileId }) => inside.has(profileId));
  const journey = deps.routes.newestOf(launch.journey);
  if (customers.length === 0 || !journey) return { entered: 0, refused: 0 };
  const stored = await readLocked(db, customers, 3 * customers.length);
  const entries = customers.map(({ profileId }) => ({ profileId, journey, key: '', since: stored.now }));
  // What comes back to the pool meanwhile is for those who enter later: a launch has the stock that it began with.
  const batch = await loadBatch(db, deps, stored, needsOfEntries(journey, entries, launch.at));
  let entered = 0;
  for (const customer of batch.all()) {
    if (enterByLaunch(batch, customer, journey, launch)) entered++;
  }
  await writeBatch(db, batch, { attached: [], moved: [], released: [] });
  await addMembers(
    db,
    launch.journey,
    customers.map(({ profileId }) => profileId),
  );
  return { entered, refused: customers.length - entered };
}
