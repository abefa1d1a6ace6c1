import type { Queryable } from './database';
import { laneOf } from './lanes';

export interface ProfileMerge {
  readonly from: string;
  readonly to: string;
}

/**
 * Gives everything that was one profile's to another, except its subscriptions: of those the stricter stand, which is
 * for the caller to decide. The profile that is gone says where it went, chains included. Both are locked by the
 * caller, who has closed all but one of the open runs that share a journey and key.
 */
export async function repointProfiles(tx: Queryable, merges: readonly ProfileMerge[]): Promise<void> {
  if (merges.length === 0) return;
  const moves = JSON.stringify(
    merges.map((merge) => ({ ...merge, fromLane: laneOf(merge.from), toLane: laneOf(merge.to) })),
  );
  await Promise.all([mergeAssignments(tx, moves), repoint(tx, moves)]);
}

async function repoint(tx: Queryable, moves: string): Promise<void> {
  await tx.query({
    name: 'profiles-repoint',
    text: `with m as materialized (
        select * from json_to_recordset($1) as r("from" uuid, "to" uuid, "fromLane" smallint, "toLane" smallint)
      ),
      gone as (update profiles t set merged_into = m."to", stage_due_at = null from m
        where t.profile_id = m."from" or t.merged_into = m."from"),
      -- Who of two was in an audience was, as one.
      members as (insert into audience_members (journey, profile_id, since)
        select t.journey, m."to", t.since from audience_members t join m on t.profile_id = m."from" on conflict do nothing),
      ${tables.map((table) => `${table}_moved as (update ${table} t set profile_id = m."to" from m where t.profile_id = m."from")`).join(',\n      ')}
      update outbox t set profile_id = m."to", lane = m."toLane" from m
        where t.lane = m."fromLane" and t.profile_id = m."from"`,
    values: [moves],
  });
}

/** Everything that names a profile, save its subscriptions, its arms and the outbox. */
const tables = [
  'identifiers',
  'identity_changes',
  'events',
  'consent_changes',
  'stage_changes',
  'enrollments',
  'enrollment_changes',
  'outbox_set_aside',
  'decisions',
  'sends',
  'send_changes',
  'inbound_messages',
  'offers',
  'outcomes',
  'locks',
  'experiment_exposures',
] as const;

/**
 * Of two assignments in one experiment the earlier stands. Where their arms differ the customer has been in both, and
 * says nothing about either.
 */
async function mergeAssignments(tx: Queryable, moves: string): Promise<void> {
  await tx.query({
    name: 'assignments-merge',
    text: `with m as materialized (select "from", "to" from json_to_recordset($1) as r("from" uuid, "to" uuid)),
      moved as (
        delete from experiment_assignments a using m where a.profile_id = m."from" returning m."to" as kept_id, a.*
      ),
      earliest as (
        select distinct on (kept_id, experiment) kept_id, experiment, arm, bucket, enrollment_id, assigned_at,
          bool_or(contaminated) over whole or min(arm) over whole <> max(arm) over whole as contaminated
        from moved window whole as (partition by kept_id, experiment)
        order by kept_id, experiment, assigned_at
      )
      insert into experiment_assignments as ours
        (profile_id, experiment, arm, bucket, enrollment_id, assigned_at, contaminated)
      select kept_id, experiment, arm, bucket, enrollment_id, assigned_at, contaminated from earliest
      on conflict (profile_id, experiment) do update set
        contaminated = ours.contaminated or excluded.contaminated or ours.arm <> excluded.arm,
        (arm, bucket, enrollment_id, assigned_at) = (
          select first.arm, first.bucket, first.enrollment_id, first.assigned_at
          from (values (ours.arm, ours.bucket, ours.enrollment_id, ours.assigned_at),
            (excluded.arm, excluded.bucket, excluded.enrollment_id, excluded.assigned_at)
          ) first (arm, bucket, enrollment_id, assigned_at)
          order by first.assigned_at limit 1
        )`,
    values: [moves],
  });
}
