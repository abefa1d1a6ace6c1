import type { Queryable } from './database';

/** A run, and the arms its customer is in: of the holdouts that concern it and the splits in its journey. */
export interface RunArms {
  readonly now: Date;
  readonly profileId: string;
  readonly journey: string;
  readonly version: number;
  readonly status: string;
  readonly assigned: readonly {
    readonly experiment: string;
    readonly arm: string;
    readonly bucket: number;
  }[];
}

export async function findRunArms(db: Queryable, enrollmentId: string): Promise<RunArms | undefined> {
  const { rows } = await db.query<RunArms>({
    name: 'run-arms',
    text: `
      select clock_now() as now, e.profile_id as "profileId", e.journey, e.version, e.status,
        coalesce((
          select json_agg(json_build_object('experiment', a.experiment, 'arm', a.arm, 'bucket', a.bucket))
          from experiment_assignments a
          where a.profile_id = e.profile_id
            and (a.experiment in ('*', e.journey) or starts_with(a.experiment, e.journey || '/'))
        ), '[]') as assigned
      from enrollments e where e.enrollment_id = $1`,
    values: [enrollmentId],
  });
  return rows[0];
}
