import type { Queryable } from './database';

export interface IdentityChangeRow {
  readonly seq: number;
  readonly profileId: string;
  readonly at: Date;
  readonly change: 'attached' | 'dropped' | 'moved' | 'released' | 'merged';
  readonly type: string;
  readonly value: string;
  readonly reason: string | null;
  readonly messageId: string;
}

export async function insertIdentityChanges(
  tx: Queryable,
  changes: readonly IdentityChangeRow[],
): Promise<void> {
  if (changes.length === 0) return;
  await tx.query({
    name: 'identity-changes-insert',
    text: `insert into identity_changes (seq, profile_id, at, change, type, value, reason, message_id)
           select seq, "profileId", at, change, type, value, reason, "messageId"
           from json_to_recordset($1) as r(seq bigint, "profileId" uuid, at timestamptz, change text, type text,
             value text, reason text, "messageId" text)`,
    values: [JSON.stringify(changes)],
  });
}
