import type { Queryable } from './database';

export interface GoalOutcomeRow {
  readonly seq: number;
  readonly profileId: string;
  readonly enrollmentId: string;
  readonly journey: string;
  /** Which event it was. */
  readonly value: { readonly event: string; readonly messageId: string; readonly timestamp: Date };
  readonly at: Date;
}

/** Records that runs reached their goals, once each, also when the run is over. */
export async function insertGoalOutcomes(tx: Queryable, outcomes: readonly GoalOutcomeRow[]): Promise<void> {
  if (outcomes.length === 0) return;
  await tx.query({
    name: 'goal-outcomes-insert',
    text: `insert into outcomes (seq, profile_id, enrollment_id, journey, outcome, value, at)
           select seq, "profileId", "enrollmentId", journey, 'goal', value, at from json_to_recordset($1)
             as r(seq bigint, "profileId" uuid, "enrollmentId" uuid, journey text, value jsonb, at timestamptz)
           on conflict (enrollment_id, outcome) do nothing`,
    values: [JSON.stringify(outcomes)],
  });
}
