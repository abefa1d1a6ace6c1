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

export async function insertDecision(tx: Queryable, decision: Decision): Promise<void> {
  await ensurePartition(tx, 'decisions', decision.at);
  await tx.query({ name: 'decision-insert', text: decisionInsert, values: decisionValues(decision) });
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
