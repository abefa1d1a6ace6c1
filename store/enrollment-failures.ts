import type { Queryable } from './database';

/** Ends an open enrollment as failed, with its line in the record; false when it had ended already. */
export async function failEnrollment(db: Queryable, enrollmentId: string, reason: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `with ended as (
       update enrollments set status = 'failed', reason = $2, ended_at = clock_now()
       where enrollment_id = $1 and status = 'open'
       returning profile_id, enrollment_id, ended_at, journey, version, key, reason
     )
     insert into enrollment_changes (profile_id, enrollment_id, at, journey, version, key, status, reason)
     select profile_id, enrollment_id, ended_at, journey, version, key, 'failed', reason from ended`,
    [enrollmentId, reason],
  );
  return rowCount === 1;
}
