import type { Queryable } from './database';
import { ensurePartition } from './partitions';

/** What one ask of the gate came to, with every check it asked. Kept for `why`; never updated. */
export interface Decision {
  readonly profileId: string;
  readonly enrollmentId: string;
  readonly step: string;
  readonly occurrence: number;
  readonly message: string;
  readonly verdict: 'send' | 'suppressed' | 'deferred';
  readonly reason: string | null;
  readonly until: Date | null;
  readonly checks: readonly object[];
  readonly at: Date;
}

/**
 * Writes a refusal or a deferral. What a step has been answered before is not written again: the engine runs a step anew
 * when it could not note its end.
 */
export async function insertDecision(tx: Queryable, decision: Decision): Promise<void> {
  await ensurePartition(tx, 'decisions', decision.at);
  await tx.query({ name: 'decision-insert-once', text: insertOnce, values: decisionValues(decision) });
}

const insertOnce = `
  insert into decisions (profile_id, enrollment_id, step, occurrence, message, verdict, reason, until, checks, at)
  select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
  where not exists (
    select from decisions
    where profile_id = $1 and enrollment_id = $2 and step = $3 and occurrence = $4
      and verdict = $6 and reason is not distinct from $7 and until is not distinct from $8
  )`;

/** A run that is over. */
export interface EndedRun {
  readonly enrollmentId: string;
  readonly status: string;
  readonly reason: string | null;
}

/** Refuses, as `ended`, what these runs still held back: nobody will ask for it again. */
export async function cancelHeldSends(tx: Queryable, runs: readonly EndedRun[], at: Date): Promise<void> {
  if (runs.length === 0) return;
  await ensurePartition(tx, 'decisions', at);
  await tx.query({
    name: 'decisions-cancel-held',
    text: `
      insert into decisions (profile_id, enrollment_id, step, occurrence, message, verdict, reason, checks, at)
      select held.profile_id, held.enrollment_id, held.step, held.occurrence, held.message, 'suppressed', 'ended',
        jsonb_build_array(jsonb_build_object('check', 'ended', 'result', 'refused',
          'saw', jsonb_build_object('status', r.status, 'reason', r.reason))), $2
      from json_to_recordset($1) as r("enrollmentId" uuid, status text, reason text)
      join enrollments e on e.enrollment_id = r."enrollmentId"
      cross join lateral (
        select d.profile_id, d.enrollment_id, d.step, d.occurrence, d.message, d.verdict, d.until from decisions d
        where d.profile_id = e.profile_id and d.enrollment_id = e.enrollment_id
        order by d.at desc, d.seq desc limit 1
      ) held
      where held.verdict = 'deferred' and held.until > $2`,
    values: [JSON.stringify(runs), at],
  });
}

/** Takes the parameters 1 to 10, from {@link decisionValues}: for statements that write a decision and more. */
export const decisionInsert = `
  insert into decisions (profile_id, enrollment_id, step, occurrence, message, verdict, reason, until, checks, at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

export function decisionValues(decision: Decision): unknown[] {
  return [
    decision.profileId,
    decision.enrollmentId,
    decision.step,
    decision.occurrence,
    decision.message,
    decision.verdict,
    decision.reason,
    decision.until,
    JSON.stringify(decision.checks),
    decision.at,
  ];
}
