import { type Duration, elapsed } from '../../catalog/duration';
import type { Conclusion, Look } from '../../store/sends';
import type { CreateResult } from '../provider/provider';

export interface Attempt {
  readonly from: 'submitting' | 'unknown';
  /** Milliseconds since the row was opened: how long it has been kept waiting. */
  readonly waitedMs: number;
}

/** What the ledger makes of the provider's answer to a create. */
export function conclusionOf(
  result: CreateResult,
  attempt: Attempt,
  workspace: { grace: Duration },
): Conclusion {
  switch (result.kind) {
    case 'accepted':
      return { status: 'sent', providerSid: result.providerSid };
    case 'refused':
      return { status: 'failed', errorCode: result.code };
    case 'ambiguous':
      return { status: 'unknown', processed: true, ...lookOf(workspace) };
    case 'retry': {
      if (attempt.waitedMs >= GIVE_UP_MS) return { status: 'failed', errorCode: result.code };
      const waitMs = result.afterMs ?? backoff(attempt.waitedMs, result.pace);
      if (attempt.from === 'submitting') return { status: 'reserved', retryAfterMs: waitMs };
      return { status: 'unknown', processed: false, lookAfterMs: waitMs, graceMs: waitMs };
    }
  }
}

/** When to look for an unknown send: once the callbacks have had their time, and at the end of the grace period. */
export function lookOf(workspace: { grace: Duration }): Look {
  const graceMs = elapsed(workspace.grace);
  return { lookAfterMs: Math.min(FIRST_LOOK_MS, graceMs), graceMs };
}

const FIRST_LOOK_MS = 60_000;
/** A message that could not be handed over for a day is no longer worth it. */
const GIVE_UP_MS = 86_400_000;

/** As long again as it has been waiting: twice as long each time, without keeping count. */
function backoff(waitedMs: number, pace: 'soon' | 'later'): number {
  const [least, most] = pace === 'soon' ? [1_000, 300_000] : [60_000, 1_800_000];
  return Math.min(Math.max(waitedMs, least), most);
}
