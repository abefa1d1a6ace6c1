import type { Queryable } from './database';

/** Notes when a run will be due to ask next. */
export async function noteDue(db: Queryable, enrollmentId: string, dueAt: Date): Promise<void> {
  await db.query({
    name: 'enrollment-note-due',
    text: `update enrollments set due_at = $2 where enrollment_id = $1 and status = 'open'`,
    values: [enrollmentId, dueAt],
  });
}
