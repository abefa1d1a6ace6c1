import type { Queryable } from './database';

export interface NewAssignment {
  readonly experiment: string;
  readonly arm: string;
  readonly bucket: number;
}

/** Whose ask it was. */
export interface Subject {
  readonly profileId: string;
  readonly enrollmentId: string;
  readonly at: Date;
}

/** Keeps arms for good. Call it under the customer's lock. What was assigned before stands. */
export async function assignArms(
  tx: Queryable,
  { profileId, enrollmentId, at }: Subject,
  assignments: readonly NewAssignment[],
): Promise<void> {
  if (assignments.length === 0) return;
  await tx.query({
    name: 'experiments-assign',
    text: `insert into experiment_assignments (profile_id, experiment, arm, bucket, enrollment_id, assigned_at)
           select $1, experiment, arm, bucket, $2, $3
           from json_to_recordset($4) as r(experiment text, arm text, bucket int)
           on conflict (profile_id, experiment) do nothing`,
    values: [profileId, enrollmentId, at, JSON.stringify(assignments)],
  });
}

/** Records that from here on these arms make a difference to a run; once for each. */
export async function exposeToArms(
  tx: Queryable,
  { profileId, enrollmentId, at }: Subject,
  arms: readonly Pick<NewAssignment, 'experiment' | 'arm'>[],
): Promise<void> {
  if (arms.length === 0) return;
  await tx.query({
    name: 'experiments-expose',
    text: `insert into experiment_exposures (enrollment_id, experiment, profile_id, arm, exposed_at)
           select $2, experiment, $1, arm, $3 from json_to_recordset($4) as r(experiment text, arm text)
           on conflict (enrollment_id, experiment) do nothing`,
    values: [profileId, enrollmentId, at, JSON.stringify(arms)],
  });
}
