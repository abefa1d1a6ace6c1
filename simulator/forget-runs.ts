import type { Customer } from '../ingest/customer';

/** Lets go of runs that are over, and whose goal can no longer be counted. */
export function forgetRuns({ runs }: Customer, now: Date): void {
  for (let at = runs.length - 1; at >= 0; at--) {
    const run = runs[at];
    if (!run || run.status === 'open') continue;
    const counts = run.goalAt === null && run.goalUntil !== null && run.goalUntil >= now;
    if (!counts) runs.splice(at, 1);
  }
}
