import { type LaunchDeps, launchesToWork, workLaunches } from '../../ingest';
import { carryOutMoves, movesDue } from './carry-out-moves';
import { clockNow } from '../../store/clock';
import { type Database, tx } from '../../store/database';
import { cancelHeldSends } from '../../store/decisions';
import { journeysToRelease, releaseHeldSends } from '../../store/held-sends';
import { insertOutbox } from '../../store/outbox';
import { endStoppedRuns, journeysToEnd } from '../../store/stopped-runs';
import type { Delivery } from '../../workflows/runtime/contract';

/** What is worked off by: the project, on its record. */
export interface OperationsDeps extends LaunchDeps {
  readonly pool: Database;
}

/** Whether what operators have asked for, or a release, is still to be worked off. */
export async function operationsDue(deps: OperationsDeps): Promise<boolean> {
  const { pool, journeys } = deps;
  return (
    (await journeysToRelease(pool)).length > 0 ||
    (await journeysToEnd(pool)).length > 0 ||
    (await movesDue(pool, journeys)) ||
    launchesToWork(pool, deps)
  );
}

/**
 * Works off some of what operators have asked for: sends that are held no longer are told to ask again, runs of stopped
 * journeys are ended, launches go on; and runs that a new version takes over are told. Answers how many. Any number of
 * workers may do it at once, and be killed at it.
 */
export async function workOperations(deps: OperationsDeps): Promise<number> {
  const { pool, journeys } = deps;
  let done = await carryOutMoves(pool, journeys);
  for (const journey of await journeysToRelease(pool)) done += await release(pool, journey);
  for (const journey of await journeysToEnd(pool)) done += await endRuns(pool, journey);
  if (await workLaunches(pool, deps)) done++;
  return done;
}

/** So many a transaction keeps each of them short, with a hundred thousand runs to tell. */
const BATCH = 500;

function release(pool: Database, journey: string): Promise<number> {
  return tx(pool, async (db) => {
    const released = await releaseHeldSends(db, { journey, limit: BATCH });
    const resumed: Delivery = { kind: 'resumed', at: (await clockNow(db)).getTime() };
    await insertOutbox(
      db,
      released
        .filter(({ open }) => open)
        .map(({ enrollmentId, profileId }) => ({
          enrollmentId,
          profileId,
          kind: 'resumed',
          payload: resumed,
        })),
    );
    return released.length;
  });
}

function endRuns(pool: Database, journey: string): Promise<number> {
  return tx(pool, async (db) => {
    const ended = await endStoppedRuns(db, { journey, limit: BATCH });
    const end = { status: 'exited', reason: 'stopped' } as const;
    const heldBack = ended
      .filter((run) => run.heldBack)
      .map(({ enrollmentId }) => ({ enrollmentId, ...end }));
    await cancelHeldSends(db, heldBack, await clockNow(db));
    const payload: Delivery = { kind: 'end', end };
    await insertOutbox(
      db,
      ended.map(({ enrollmentId, profileId }) => ({ enrollmentId, profileId, kind: 'end', payload })),
    );
    return ended.length;
  });
}
