import { elapsed } from '../../catalog/duration';
import type { DeferredReason, SuppressedReason } from '../../catalog/refusals';
import type { Assignment } from '../experiments/holdout';
import type { Refusal, Seen } from './answer';
import { type Check, checks } from './checks';
import type { GateFacts } from './facts';

/** One check as it is recorded. */
export interface Checked {
  readonly check: string;
  readonly result: 'passed' | 'refused';
  readonly saw: Seen;
}

export type Verdict = {
  readonly checks: readonly Checked[];
  /** The arms of the holdouts that were asked. */
  readonly arms: readonly Assignment[];
  /** Those of them that the customer is given by this ask, to be kept for good. */
  readonly assigns: readonly Assignment[];
} & (
  | Sends
  | Suppressed
  | { readonly verdict: 'deferred'; readonly reason: DeferredReason; readonly until: Date }
  /** Not judged yet, nothing to be recorded: the run of a journey that goes before this one is about to ask. */
  | { readonly verdict: 'yields'; readonly to: string }
);

interface Sends {
  readonly verdict: 'send';
  /** The lock it takes, if its journey declares one and has none. */
  readonly takes: TakenLock | undefined;
}

interface Suppressed {
  readonly verdict: 'suppressed';
  readonly reason: SuppressedReason | 'expired';
  /** The run is to end by it, `exited`, for the same reason. */
  readonly ends: boolean;
  /** Those held out hold the lock that the message would have taken. */
  readonly takes: TakenLock | undefined;
}

export interface TakenLock {
  readonly priority: number;
  readonly until: Date;
}

/**
 * Whether a message may go out now. Asks in order, stops at the first refusal, and answers with every check it asked
 * and the values it saw. A message whose deadline has come, or would have by the end of a deferral, is
 * `suppressed(expired)`.
 *
 * @param inOrder the checks to ask; default all of the gate's
 */
export function askGate(facts: GateFacts, inOrder: readonly Check[] = checks): Verdict {
  const asked: Checked[] = [];
  const arms: Assignment[] = [];
  const assigns: Assignment[] = [];
  for (const { name, ask } of inOrder) {
    const answer = ask(facts);
    asked.push({ check: name, result: answer.result, saw: answer.saw });
    arms.push(...(answer.arms ?? []));
    assigns.push(...(answer.assigns ?? []));
    if (answer.result === 'refused') {
      return { checks: asked, arms, assigns, ...refused(answer.refusal, facts) };
    }
  }
  if (isPast(facts, facts.now)) return { checks: asked, arms, assigns, ...expired };
  return { verdict: 'send', takes: takes(facts), checks: asked, arms, assigns };
}

const expired = { verdict: 'suppressed', reason: 'expired', ends: false, takes: undefined } as const;

function refused(refusal: Refusal, facts: GateFacts) {
  switch (refusal.verdict) {
    case 'yields':
      return refusal;
    case 'deferred':
      return isPast(facts, refusal.until) ? expired : refusal;
    case 'suppressed':
      return {
        ...refusal,
        ends: refusal.ends ?? false,
        takes: refusal.reason === 'holdout' ? takes(facts) : undefined,
      };
  }
}

function isPast({ deadline }: GateFacts, at: Date): boolean {
  return deadline !== undefined && at >= deadline;
}

function takes({ purpose, now, lock: { declared, holder } }: GateFacts): TakenLock | undefined {
  if (purpose !== 'marketing' || !declared || holder) return undefined;
  return { priority: declared.priority, until: new Date(now.getTime() + elapsed(declared.for)) };
}
