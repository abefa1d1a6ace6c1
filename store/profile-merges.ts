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
  const moves = merges.map((merge) => ({ ...merge, lane: laneOf(merge.to) }));
  await tx.query({
    name: 'profiles-repoint',
    text: `with m as materialized (
        select "from", "to", lane from json_to_recordset($1) as r("from" uuid, "to" uuid, lane smallint)
      ),
      gone as (update profiles t set merged_into = m."to", stage_due_at = null from m
        where t.profile_id = m."from" or t.merged_into = m."from"),
      ${tables.map((table) => `${table}_moved as (update ${table} t set profile_id = m."to" from m where t.profile_id = m."from")`).join(',\n      ')}
      update outbox t set profile_id = m."to", lane = m.lane from m where t.profile_id = m."from"`,
    values: [JSON.stringify(moves)],
  });
}

/** Everything that names a profile, save its subscriptions and the outbox. */
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
] as const;
