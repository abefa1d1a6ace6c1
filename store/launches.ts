import type { Queryable } from './database';

/** A bulk entry, as it stands. */
export interface LaunchRow {
  readonly launchId: string;
  readonly journey: string;
  readonly version: number;
  readonly audience: string;
  readonly status: 'held' | 'running' | 'done' | 'canceled';
  readonly expected: number;
  readonly lastEntered: number | null;
  readonly entered: number;
  readonly refused: number;
  readonly position: string | null;
  readonly actor: string;
  readonly note: string | null;
  readonly at: Date;
  readonly approvedBy: string | null;
  readonly finishedAt: Date | null;
}

const columns = `launch_id as "launchId", journey, version, audience, status, expected, last_entered as "lastEntered",
  entered, refused, position, actor, note, at, approved_by as "approvedBy", finished_at as "finishedAt"`;

export interface NewLaunch
  extends Pick<
    LaunchRow,
    'launchId' | 'journey' | 'version' | 'audience' | 'expected' | 'lastEntered' | 'actor' | 'note' | 'at'
  > {
  readonly status: 'held' | 'running';
}

/** Begins a launch; false when the journey has one that is not finished. */
export async function insertLaunch(db: Queryable, launch: NewLaunch): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into launches (launch_id, journey, version, audience, status, expected, last_entered, actor, note, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (journey) where status in ('held', 'running') do nothing`,
    [
      launch.launchId,
      launch.journey,
      launch.version,
      launch.audience,
      launch.status,
      launch.expected,
      launch.lastEntered,
      launch.actor,
      launch.note,
      launch.at,
    ],
  );
  return rowCount === 1;
}

/** The launch of a journey that is not finished, or else the last one. */
export async function findLaunch(db: Queryable, journey: string): Promise<LaunchRow | undefined> {
  const { rows } = await db.query<LaunchRow>(
    `select ${columns} from launches where journey = $1
     order by (status in ('held', 'running')) desc, at desc limit 1`,
    [journey],
  );
  return rows[0];
}

/** How many the last launch of a journey entered that entered anybody; null before the first. */
export async function lastEntered(db: Queryable, journey: string): Promise<number | null> {
  const { rows } = await db.query<{ entered: number }>(
    `select entered from launches where journey = $1 and entered > 0 and status in ('done', 'canceled')
     order by at desc limit 1`,
    [journey],
  );
  return rows[0]?.entered ?? null;
}

/** Lets a held launch run; false when there is none. */
export async function approveLaunch(db: Queryable, journey: string, actor: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `update launches set status = 'running', approved_by = $2, approved_at = clock_now()
     where journey = $1 and status = 'held'`,
    [journey, actor],
  );
  return rowCount === 1;
}

/** Ends a launch where it stands; false when there is none. Whoever has entered goes on. */
export async function cancelLaunch(db: Queryable, journey: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `update launches set status = 'canceled', finished_at = clock_now()
     where journey = $1 and status in ('held', 'running')`,
    [journey],
  );
  return rowCount === 1;
}

/** Whether a launch of one of these journeys could go on now: it is not paused, and sending not halted. */
export async function launchesDue(db: Queryable, journeys: readonly string[]): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'launches-due',
    text: `select from launches
           where journey = any($1::text[]) and status = 'running' and held_by(journey) is null limit 1`,
    values: [journeys],
  });
  return rowCount === 1;
}

/** One that could go on, for this transaction alone; what others are at is passed over. */
export async function lockDueLaunch(
  tx: Queryable,
  journeys: readonly string[],
): Promise<LaunchRow | undefined> {
  const { rows } = await tx.query<LaunchRow>(
    `select ${columns} from launches
     where journey = any($1::text[]) and status = 'running' and held_by(journey) is null
     order by at limit 1 for no key update skip locked`,
    [journeys],
  );
  return rows[0];
}

/** Notes what a step came to; without a position there was nobody left, and the launch is done. */
export async function recordStep(
  tx: Queryable,
  launchId: string,
  step: { readonly entered: number; readonly refused: number; readonly position: string | null },
): Promise<void> {
  await tx.query(
    `update launches set entered = entered + $2, refused = refused + $3, position = coalesce($4, position),
       status = case when $4::uuid is null then 'done' else status end,
       finished_at = case when $4::uuid is null then clock_now() end
     where launch_id = $1`,
    [launchId, step.entered, step.refused, step.position],
  );
}
