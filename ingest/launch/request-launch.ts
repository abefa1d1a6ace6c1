import { isTooManyForLaunch } from '../../rules/blast-guard';
import { countEnterable } from '../../store/audiences';
import { clockNow } from '../../store/clock';
import type { Database } from '../../store/database';
import { findHold } from '../../store/holds';
import { newId } from '../../store/ids';
import { findLaunch, insertLaunch, lastEntered, type LaunchRow } from '../../store/launches';
import { JourneyPaused, launchable } from './launchable';
import type { LaunchDeps } from './work-launches';

export interface LaunchRequest {
  readonly journey: string;
  readonly actor: string;
  readonly note: string | null;
}

/**
 * Begins a launch, which the workers carry out, and answers how it stands: `held` where it would enter more than ten
 * times what the last one did. While one is not finished it is that one that is answered: asking twice launches once.
 * Throws {@link NotLaunchable}, and {@link JourneyPaused} for a journey that takes no entries.
 */
export async function requestLaunch(
  pool: Database,
  deps: LaunchDeps,
  { journey, actor, note }: LaunchRequest,
): Promise<LaunchRow> {
  const entry = launchable(deps, journey);
  const unfinished = await findUnfinished(pool, journey);
  if (unfinished) return unfinished;
  if (await findHold(pool, journey)) throw new JourneyPaused(journey);
  const now = await clockNow(pool);
  const [expected, last] = await Promise.all([countEnterable(pool, entry, now), lastEntered(pool, journey)]);
  const { audience, definition } = entry;
  await insertLaunch(pool, {
    launchId: newId(),
    journey,
    version: definition.policy.version,
    audience,
    status: isTooManyForLaunch(expected, last) ? 'held' : 'running',
    expected,
    lastEntered: last,
    actor,
    note,
    at: now,
  });
  const launch = await findLaunch(pool, journey);
  if (!launch) throw new Error(`The launch of ${journey} is not on record`);
  return launch;
}

async function findUnfinished(pool: Database, journey: string): Promise<LaunchRow | undefined> {
  const launch = await findLaunch(pool, journey);
  return launch?.status === 'held' || launch?.status === 'running' ? launch : undefined;
}
