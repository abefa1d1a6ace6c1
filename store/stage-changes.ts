import type { Queryable } from './database';

export interface StageChangeRow {
  readonly seq: number;
  readonly profileId: string;
  readonly at: Date;
  readonly from: string;
  readonly to: string;
}

export async function insertStageChanges(tx: Queryable, changes: readonly StageChangeRow[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.query({
    name: 'stage-changes-insert',
    text: `insert into stage_changes (seq, profile_id, at, from_stage, to_stage)
           select seq, "profileId", at, "from", "to" from json_to_recordset($1)
             as r(seq bigint, "profileId" uuid, at timestamptz, "from" text, "to" text)`,
    values: [JSON.stringify(changes)],
  });
}
