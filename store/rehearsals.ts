import type { Queryable } from './database';

export interface RehearsedEntry {
  readonly enrollmentId: string;
  readonly profileId: string;
  readonly journey: string;
  readonly version: number;
}

/** An enrollment that stands for one that might be; only for a transaction that is rolled back. */
export async function insertRehearsal(tx: Queryable, entry: RehearsedEntry): Promise<void> {
  await tx.query({
    name: 'rehearsal-insert',
    text: `insert into enrollments (enrollment_id, profile_id, journey, version, key, status, entered_at, trigger_at,
             trigger_message_id, trigger_properties, day_zero)
           select $1, $2, $3, $4, 'rehearsal/' || $1::uuid, 'open', now, now, 'rehearsal/' || $1::uuid, '{}', now::date
           from clock_now() now`,
    values: [entry.enrollmentId, entry.profileId, entry.journey, entry.version],
  });
}
