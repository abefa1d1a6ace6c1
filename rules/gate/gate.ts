import { type Check, checks, type Refusal, type Seen, type SuppressedReason } from './checks';
import type { GateFacts } from './facts';

/** One check as it is recorded. */
export interface Checked {
  readonly check: string;
  readonly result: 'passed' | 'refused';
  readonly saw: Seen;
}

export type Verdict = { readonly checks: readonly Checked[] } & (
  | { readonly verdict: 'send' }
  | { readonly verdict: 'suppressed'; readonly reason: SuppressedReason | 'expired' }
  | { readonly verdict: 'deferred'; readonly reason: 'quiet_hours'; readonly until: Date }
);

/**
 * Whether a message may go out now. Asks in order, stops at the first refusal, and answers with every check it asked
 * and the values it saw. A message whose deadline has come, or would have by the end of a deferral, is
 * `suppressed(expired)`.
 *
 * @param inOrder the checks to ask; default all of the gate's
 */
export function askGate(facts: GateFacts, inOrder: readonly Check[] = checks): Verdict {
  const asked: Checked[] = [];
  for (const { name, ask } of inOrder) {
    const answer = ask(facts);
    asked.push({ check: name, result: answer.result, saw: answer.saw });
    if (answer.result === 'refused') return { ...refused(answer.refusal, facts), checks: asked };
  }
  if (isPast(facts, facts.now)) return { verdict: 'suppressed', reason: 'expired', checks: asked };
  return { verdict: 'send', checks: asked };
}

type Refused =
  | { readonly verdict: 'suppressed'; readonly reason: SuppressedReason | 'expired' }
  | Extract<Refusal, { verdict: 'deferred' }>;

function refused(refusal: Refusal, facts: GateFacts): Refused {
  const expires = refusal.verdict === 'deferred' && isPast(facts, refusal.until);
  return expires ? { verdict: 'suppressed', reason: 'expired' } : refusal;
}

function isPast({ deadline }: GateFacts, at: Date): boolean {
  return deadline !== undefined && at >= deadline;
}
