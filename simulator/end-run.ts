import { runKey, survivorOf } from '../ingest/customer';
import type { RunResult } from '../workflows/runtime/contract';
import type { Enrolled, VirtualRecord } from './record';

/** Ends a run that comes to its end, unless something else ended it before; answers how it ended. */
export function endRun(
  record: VirtualRecord,
  enrolled: Enrolled,
  end: {
    readonly status: 'completed' | 'failed' | 'exited';
    readonly reason: string | undefined;
    readonly at: Date;
  },
): RunResult {
  const { status, reason, at } = end;
  const { run, customer: entered } = enrolled;
  if (run.status === 'open') {
    const customer = survivorOf(entered);
    Object.assign(run, { status, reason: reason ?? null, endedAt: at });
    customer.lastEnds.set(runKey(run.journey, run.key), at);
    const { enrollmentId, journey, version, key } = run;
    const fields = { enrollmentId, journey, version, key: key || null, status, reason };
    record.tell(customer.profileId, 'enrollment', at, fields);
    cancelHeld(record, enrolled, at);
  }
  return run.status === 'completed'
    ? { status: 'completed' }
    : ({ status: run.status, reason: run.reason ?? run.status } as RunResult);
}

/** Refuses, as `ended`, what a run that is over still held back: nobody will ask for it again. */
export function cancelHeld(record: VirtualRecord, enrolled: Enrolled, at: Date): void {
  const { run, customer, held } = enrolled;
  if (run.status === 'open' || !held?.until || held.until <= at) return;
  enrolled.held = undefined;
  const { enrollmentId, step, message } = held;
  const { status, reason } = run;
  record.tell(survivorOf(customer).profileId, 'decision', at, {
    enrollmentId,
    step,
    message,
    verdict: 'suppressed',
    reason: 'ended',
    until: null,
    checks: [{ check: 'ended', result: 'refused', saw: { status, reason } }],
  });
}
