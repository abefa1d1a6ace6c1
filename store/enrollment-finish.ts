import { lockedOpenRun, whileOpen } from './customer-lock';
import type { Queryable } from './database';

export interface Finish {
  readonly enrollmentId: string;
  readonly status: 'completed' | 'failed' | 'exited';
  readonly reason: string | null;
  readonly at: Date;
}

export interface EnrollmentEnd {
  readonly status: string;
  readonly reason: string | null;
}

/** Ends an enrollment whose run comes to its end, unless something else ended it before; answers how it ended. */
export async function finishEnrollment(db: Queryable, finish: Finish): Promise<EnrollmentEnd | undefined> {
  const finished = await whileOpen(db, finish.enrollmentId, async () => {
    const { rows } = await db.query<EnrollmentEnd>({
      name: 'enrollment-finish',
      text: `${lockedOpenRun},
        ended as (
          update enrollments e set status = $2, reason = $3, ended_at = $4
          from run where e.enrollment_id = run.enrollment_id
        )
        insert into enrollment_changes (profile_id, enrollment_id, at, journey, version, key, status, reason)
        select run.profile_id, run.enrollment_id, $4, run.journey, run.version, run.key, $2, $3 from run
        returning status, reason`,
      values: [finish.enrollmentId, finish.status, finish.reason, finish.at],
    });
    return rows[0];
  });
  return finished ?? findEnd(db, finish.enrollmentId);
}

async function findEnd(db: Queryable, enrollmentId: string): Promise<EnrollmentEnd | undefined> {
  const { rows } = await db.query<EnrollmentEnd>(
    'select status, reason from enrollments where enrollment_id = $1',
    [enrollmentId],
  );
  return rows[0];
}
