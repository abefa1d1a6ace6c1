import { type LaunchDeps, requestLaunch } from '../../ingest';
import { JourneyPaused, NotLaunchable } from '../../ingest/launch/launchable';
import type { Database } from '../../store/database';
import { approveLaunch, cancelLaunch, findLaunch, type LaunchRow } from '../../store/launches';
import { HttpError } from '../http/http-error';
import type { By } from '../operations/switches';

/** A launch as the outside sees it; absent fields are left out. */
export interface LaunchItem {
  readonly launchId: string;
  readonly journey: string;
  readonly version: number;
  readonly audience: string;
  /** `held`: it waits for approval. */
  readonly status: LaunchRow['status'];
  readonly expected: number;
  readonly lastEntered?: number;
  readonly entered: number;
  readonly refused: number;
  /** ISO 8601 */
  readonly at: string;
  readonly by: string;
  readonly note?: string;
  readonly approvedBy?: string;
  readonly finishedAt?: string;
}

/** Begins the launch of a journey, or answers the one that is not finished. */
export async function launch(db: Database, deps: LaunchDeps, journey: string, by: By): Promise<LaunchItem> {
  return launchItem(await told(() => requestLaunch(db, deps, { journey, ...by })));
}

/** Lets a held launch run. */
export async function approve(db: Database, journey: string, by: By): Promise<LaunchItem> {
  if (!(await approveLaunch(db, journey, by.actor))) {
    throw new HttpError(409, 'no_launch', `No launch of ${journey} waits for approval.`);
  }
  return current(db, journey);
}

/** Ends a launch where it stands; whoever has entered goes on. */
export async function cancel(db: Database, journey: string): Promise<LaunchItem> {
  if (!(await cancelLaunch(db, journey))) {
    throw new HttpError(409, 'no_launch', `No launch of ${journey} is held or running.`);
  }
  return current(db, journey);
}

/** The launch of a journey that is not finished, or else the last. */
export async function current(db: Database, journey: string): Promise<LaunchItem> {
  const row = await findLaunch(db, journey);
  if (!row) throw new HttpError(404, 'launch_not_found', `${journey} has never been launched.`);
  return launchItem(row);
}

/** Runs what may find that a journey cannot be launched, and says so as an answer. */
export async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JourneyPaused) throw new HttpError(409, error.code, error.message);
    if (!(error instanceof NotLaunchable)) throw error;
    throw new HttpError(error.code === 'journey_not_found' ? 404 : 409, error.code, error.message);
  }
}

function launchItem(row: LaunchRow): LaunchItem {
  const { launchId, journey, version, audience, status, expected, entered, refused } = row;
  return {
    launchId,
    journey,
    version,
    audience,
    status,
    expected,
    ...(row.lastEntered !== null && { lastEntered: row.lastEntered }),
    entered,
    refused,
    at: row.at.toISOString(),
    by: row.actor,
    ...(row.note !== null && { note: row.note }),
    ...(row.approvedBy !== null && { approvedBy: row.approvedBy }),
    ...(row.finishedAt && { finishedAt: row.finishedAt.toISOString() }),
  };
}
