import type { Queryable } from '../../store/database';

/**
 * What the virtual clock keeps beside the product's tables: when each open run wakes next, and how far its own clock is ahead
 * of the wall clock.
 */
export async function ensureClockRecord(db: Queryable): Promise<void> {
  await db.query(`
    create schema if not exists sandbox;
    create table if not exists sandbox.runs (
      enrollment_id uuid primary key,
      wake_at timestamptz,
      started_ahead_ms bigint not null,
      ahead_ms bigint not null
    );
    create index if not exists runs_wake on sandbox.runs (wake_at) where wake_at is not null`);
}

export async function recordWake(
  db: Queryable,
  enrollmentId: string,
  wakeAt: number | null,
  clockOffsetMs: number,
): Promise<void> {
  await db.query({
    name: 'sandbox-wake',
    text: `insert into sandbox.runs (enrollment_id, wake_at, started_ahead_ms, ahead_ms) values ($1, $2, $3, $3)
           on conflict (enrollment_id) do update set wake_at = excluded.wake_at`,
    values: [enrollmentId, wakeAt === null ? null : new Date(wakeAt), clockOffsetMs],
  });
}

export interface SleepingRun {
  readonly enrollmentId: string;
  readonly journey: string;
  readonly wakeAt: Date;
  /** How far its own clock is ahead of the wall clock, at least. */
  readonly aheadMs: number;
}

/** Open runs that wake by `until`, earliest first. */
export async function runsWakingBy(db: Queryable, until: Date): Promise<SleepingRun[]> {
  const { rows } = await db.query<SleepingRun>({
    name: 'sandbox-waking',
    text: `select r.enrollment_id as "enrollmentId", e.journey, r.wake_at as "wakeAt", r.ahead_ms as "aheadMs"
           from sandbox.runs r join enrollments e on e.enrollment_id = r.enrollment_id and e.status = 'open'
           where r.wake_at <= $1 order by r.wake_at`,
    values: [until],
  });
  return rows;
}

/** When the first of the open runs wakes, leaving out those that are stuck. */
export async function firstWake(db: Queryable, stuck: readonly string[]): Promise<Date | null> {
  const { rows } = await db.query<{ wakeAt: Date }>({
    name: 'sandbox-first-wake',
    text: `select r.wake_at as "wakeAt"
           from sandbox.runs r join enrollments e on e.enrollment_id = r.enrollment_id and e.status = 'open'
           where r.wake_at is not null and r.enrollment_id <> all ($1) order by r.wake_at limit 1`,
    values: [stuck],
  });
  return rows[0]?.wakeAt ?? null;
}

/** The journeys of those of these enrollments that are open. */
export async function openAmong(
  db: Queryable,
  enrollmentIds: readonly string[],
): Promise<{ enrollmentId: string; journey: string }[]> {
  const { rows } = await db.query<{ enrollmentId: string; journey: string }>({
    name: 'sandbox-open',
    text: `select enrollment_id as "enrollmentId", journey from enrollments
           where enrollment_id = any ($1) and status = 'open'`,
    values: [enrollmentIds],
  });
  return rows;
}

/** Temporal's clock of a run, not counting where it was started, is so far ahead of the wall clock. */
export async function recordForward(db: Queryable, enrollmentId: string, aheadMs: number): Promise<void> {
  await db.query({
    name: 'sandbox-forward',
    text: 'update sandbox.runs set ahead_ms = started_ahead_ms + $2 where enrollment_id = $1',
    values: [enrollmentId, aheadMs],
  });
}

export async function forgetClosedRuns(db: Queryable): Promise<void> {
  await db.query(`delete from sandbox.runs r using enrollments e
                  where e.enrollment_id = r.enrollment_id and e.status <> 'open'`);
}

/**
 * Moves the clock so that it is not before `at`, and holds it there: never backwards. Answers how far it is ahead of the
 * wall clock.
 */
export async function holdClockAt(db: Queryable, at: Date): Promise<number> {
  const { rows } = await db.query<{ offsetMs: number }>({
    name: 'sandbox-hold',
    text: `update clock set
             held_at = greatest($1::timestamptz, coalesce(held_at, clock_timestamp() + offset_ms * interval '1 millisecond')),
             offset_ms = greatest(offset_ms, ceil(extract(epoch from $1::timestamptz - clock_timestamp()) * 1000))
           returning offset_ms as "offsetMs"`,
    values: [at],
  });
  return rows[0]?.offsetMs ?? 0;
}

/** Lets the clock tick on. */
export async function releaseClock(db: Queryable): Promise<void> {
  await db.query('update clock set held_at = null where held_at is not null');
}

/** Sets the clock of a record in which nothing has happened yet, where it may also stand in the past. Answers whether it was one. */
export async function setUnusedClock(db: Queryable, at: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `update clock set held_at = null, offset_ms = ceil(extract(epoch from $1::timestamptz - clock_timestamp()) * 1000)
     where offset_ms = 0 and not exists (select from profiles) and not exists (select from message_ids)`,
    [at],
  );
  return rowCount === 1;
}
