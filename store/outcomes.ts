import { lockedOpenRun, whileOpen } from './customer-lock';
import type { Queryable } from './database';

export interface NewOutcome {
  readonly enrollmentId: string;
  readonly outcome: string;
  /** JSON */
  readonly value: unknown;
  readonly at: Date;
}

/** Records an outcome of an open enrollment, by its name once; the first value stands. */
export async function recordOutcome(db: Queryable, outcome: NewOutcome): Promise<void> {
  await whileOpen(db, outcome.enrollmentId, async () => {
    const { rows } = await db.query<{ runs: number }>({
      name: 'outcome-record',
      text: `${lockedOpenRun},
        recorded as (
          insert into outcomes (profile_id, enrollment_id, journey, outcome, value, at)
          select run.profile_id, run.enrollment_id, run.journey, $2, $3, $4 from run
          on conflict (enrollment_id, outcome) do nothing
        )
        select count(*)::int as runs from run`,
      values: [
        outcome.enrollmentId,
        outcome.outcome,
        outcome.value === undefined ? null : JSON.stringify(outcome.value),
        outcome.at,
      ],
    });
    return rows[0]?.runs === 1 ? true : undefined;
  });
}
