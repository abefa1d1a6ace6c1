import type { Queryable } from './database';

export interface EnrollmentChangeRow {
  readonly seq: number;
  readonly profileId: string;
  /** Null for a refusal. */
  readonly enrollmentId: string | null;
  readonly at: Date;
  readonly journey: string;
  readonly version: number;
  readonly key: string;
  readonly status: 'entered' | 'refused' | 'converted' | 'exited' | 'merged';
  readonly reason: string | null;
  readonly messageId: string | null;
}

export async function insertEnrollmentChanges(
  tx: Queryable,
  changes: readonly EnrollmentChangeRow[],
): Promise<void> {
  if (changes.length === 0) return;
  await tx.query({
    name: 'enrollment-changes-insert',
    text: `insert into enrollment_changes (seq, profile_id, enrollment_id, at, journey, version, key, status, reason,
             message_id)
           select seq, "profileId", "enrollmentId", at, journey, version, key, status, reason, "messageId"
           from json_to_recordset($1) as r(seq bigint, "profileId" uuid, "enrollmentId" uuid, at timestamptz,
             journey text, version int, key text, status text, reason text, "messageId" text)`,
    values: [JSON.stringify(changes)],
  });
}
