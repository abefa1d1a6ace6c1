import type { Queryable } from './database';

/** What holds a send of a run back, and until when. */
export interface Hold {
  readonly until: Date;
  /** `<step>/<occurrence>` of a send that has taken its turn in the sender's queue; null where something else holds it. */
  readonly pacedStep: string | null;
}

export async function holdEnrollment(tx: Queryable, enrollmentId: string, hold: Hold): Promise<void> {
  await tx.query({
    name: 'enrollment-hold',
    text: 'update enrollments set held_until = $2, paced_step = $3 where enrollment_id = $1',
    values: [enrollmentId, hold.until, hold.pacedStep],
  });
}
