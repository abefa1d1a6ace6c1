import type { Queryable } from './database';

export type EnrollmentStatus = 'open' | 'completed' | 'converted' | 'exited' | 'merged' | 'failed';

export interface EnrollmentRow {
  readonly enrollmentId: string;
  readonly profileId: string;
  readonly journey: string;
  readonly version: number;
  readonly key: string;
  readonly status: EnrollmentStatus;
  readonly reason: string | null;
  readonly enteredAt: Date;
  readonly triggerAt: Date;
  readonly triggerMessageId: string;
  readonly triggerProperties: { readonly [property: string]: unknown };
  /** YYYY-MM-DD */
  readonly dayZero: string;
  readonly endedAt: Date | null;
  readonly goalUntil: Date | null;
  readonly goalAt: Date | null;
  /** For a journey with a lock: when the run is, or will be, about to show whether it asks. */
  readonly dueAt: Date | null;
  /** Until when a send of it is held back; past once that has been asked for again. */
  readonly heldUntil: Date | null;
}

const columns = `enrollment_id as "enrollmentId", profile_id as "profileId", journey, version, key, status, reason,
  entered_at as "enteredAt", trigger_at as "triggerAt", trigger_message_id as "triggerMessageId",
  trigger_properties as "triggerProperties", day_zero as "dayZero", ended_at as "endedAt",
  goal_until as "goalUntil", goal_at as "goalAt", due_at as "dueAt", held_until as "heldUntil"`;

export async function findOpenEnrollments(
  tx: Queryable,
  profileIds: readonly string[],
): Promise<EnrollmentRow[]> {
  if (profileIds.length === 0) return [];
  const { rows } = await tx.query<EnrollmentRow>({
    name: 'enrollments-open',
    text: `select ${columns} from enrollments where profile_id = any($1::uuid[]) and status = 'open'
           order by entered_at, enrollment_id`,
    values: [profileIds],
  });
  return rows;
}

/** Runs that are over and whose goal may still be counted: it was not, and its window ends at `since` or later. */
export async function findGoalPending(
  tx: Queryable,
  query: {
    readonly profileIds: readonly string[];
    readonly journeys: readonly string[];
    readonly since: Date;
  },
): Promise<EnrollmentRow[]> {
  if (query.profileIds.length === 0 || query.journeys.length === 0) return [];
  const { rows } = await tx.query<EnrollmentRow>({
    name: 'enrollments-goal-pending',
    text: `select ${columns} from enrollments
           where profile_id = any($1::uuid[]) and journey = any($2::text[]) and status in ('completed', 'exited', 'failed')
             and goal_at is null and goal_until >= $3
           order by entered_at, enrollment_id`,
    values: [query.profileIds, query.journeys, query.since],
  });
  return rows;
}

/** What tells runs apart. */
export interface RunKey {
  readonly profileId: string;
  readonly journey: string;
  readonly key: string;
}

/** When the last run of each of these ended, where there was one. */
export async function findLastEnds(
  tx: Queryable,
  keys: readonly RunKey[],
): Promise<(RunKey & { readonly endedAt: Date })[]> {
  if (keys.length === 0) return [];
  const { rows } = await tx.query<RunKey & { endedAt: Date }>({
    name: 'enrollments-last-ends',
    text: `select given.profile_id as "profileId", given.journey, given.key, last.ended_at as "endedAt"
           from unnest($1::uuid[], $2::text[], $3::text[]) as given(profile_id, journey, key)
           cross join lateral (
             select max(e.ended_at) as ended_at from enrollments e
             where e.profile_id = given.profile_id and e.journey = given.journey and e.key = given.key
               and e.status <> 'open'
           ) last
           where last.ended_at is not null`,
    values: [
      keys.map(({ profileId }) => profileId),
      keys.map(({ journey }) => journey),
      keys.map(({ key }) => key),
    ],
  });
  return rows;
}

/** Whether anybody has ever entered the journey. */
export async function hasEnrollments(db: Queryable, journey: string): Promise<boolean> {
  const { rowCount } = await db.query('select from enrollments where journey = $1 limit 1', [journey]);
  return rowCount === 1;
}

export async function insertEnrollments(tx: Queryable, enrollments: readonly EnrollmentRow[]): Promise<void> {
  if (enrollments.length === 0) return;
  await tx.query({
    name: 'enrollments-insert',
    text: `insert into enrollments (enrollment_id, profile_id, journey, version, key, status, reason, entered_at,
             trigger_at, trigger_message_id, trigger_properties, day_zero, ended_at, goal_until, goal_at, due_at)
           select "enrollmentId", "profileId", journey, version, key, status, reason, "enteredAt", "triggerAt",
             "triggerMessageId", "triggerProperties", "dayZero", "endedAt", "goalUntil", "goalAt", "dueAt"
           from json_to_recordset($1) as r("enrollmentId" uuid, "profileId" uuid, journey text, version int, key text,
             status text, reason text, "enteredAt" timestamptz, "triggerAt" timestamptz, "triggerMessageId" text,
             "triggerProperties" jsonb, "dayZero" date, "endedAt" timestamptz, "goalUntil" timestamptz,
             "goalAt" timestamptz, "dueAt" timestamptz)`,
    values: [JSON.stringify(enrollments)],
  });
}

/** Ends runs that are open, counts the goal of any, and notes when they are due. The first end stands. */
export async function updateEnrollments(
  tx: Queryable,
  changes: readonly Pick<
    EnrollmentRow,
    'enrollmentId' | 'status' | 'reason' | 'endedAt' | 'goalAt' | 'dueAt'
  >[],
): Promise<void> {
  if (changes.length === 0) return;
  await tx.query({
    name: 'enrollments-update',
    text: `update enrollments e set goal_at = coalesce(e.goal_at, r."goalAt"),
             status = case e.status when 'open' then r.status else e.status end,
             reason = case e.status when 'open' then r.reason else e.reason end,
             ended_at = case e.status when 'open' then r."endedAt" else e.ended_at end,
             due_at = r."dueAt"
           from json_to_recordset($1) as r("enrollmentId" uuid, status text, reason text, "endedAt" timestamptz,
             "goalAt" timestamptz, "dueAt" timestamptz)
           where e.enrollment_id = r."enrollmentId"`,
    values: [JSON.stringify(changes)],
  });
}
