import { runKey, survivorOf } from '../ingest/customer';
import type { RunResult } from '../workflows/runtime/contract';
import type { Enrolled, VirtualRecord } from './record';

/** Ends a run that comes to its end, unless something else ended it before; answers how it ended. */
export function endRun(
  record: VirtualRecord,
  { run, customer: entered }: Enrolled,
  end: {
    readonly status: 'completed' | 'failed' | 'exited';
    readonly reason: string | undefined;
    readonly at: Date;
  },
): RunResult {
  const { status, reason, at } = end;
  if (run.status === 'open') {
    const customer = survivorOf(entered);
    Object.assign(run, { status, reason: reason ?? null, endedAt: at });
    customer.lastEnds.set(runKey(run.journey, run.key), at);
    const { enrollmentId, journey, version, key } = run;
    const fields = { enrollmentId, journey, version, key: key || null, status, reason };
    record.tell(customer.profileId, 'enrollment', at, fields);
  }
  return run.status === 'completed'
    ? { status: 'completed' }
    : ({ status: run.status, reason: run.reason ?? run.status } as RunResult);
}
