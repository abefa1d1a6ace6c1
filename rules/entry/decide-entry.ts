import { elapsed } from '../../catalog/duration';
import type { JourneyPolicy } from '../../catalog/policy';

export type Refusal = 'paused' | 'key_missing' | 'too_old' | 'already_open' | 'once' | 'too_soon';

export interface EntryFacts {
  /** Whether the journey takes no entries for now. */
  readonly paused: boolean;
  /** When the trigger happened, and when it arrived (or was replayed). */
  readonly timestamp: Date;
  readonly receivedAt: Date;
  /** What tells runs of the customer apart, '' in a journey without a key; null when the trigger lacks it. */
  readonly key: string | null;
  /** Whether a run of this customer, journey and key is open. */
  readonly open: boolean;
  /** End of the last such run; absent when there was none. */
  readonly lastEndedAt?: Date | undefined;
}

export type EntryDecision = { readonly enters: true } | { readonly enters: false; readonly reason: Refusal };

/** Whether a trigger starts a run. The first refusal, in the order of these lines, is the one recorded. */
export function decideEntry(
  policy: Pick<JourneyPolicy, 'enter' | 'reentry'>,
  facts: EntryFacts,
): EntryDecision {
  if (facts.paused) return refused('paused');
  if (facts.key === null) return refused('key_missing');
  if (tooOld(policy.enter, facts)) return refused('too_old');
  if (facts.open) return refused('already_open');
  if (facts.lastEndedAt === undefined || policy.reentry === 'always') return { enters: true };
  if (policy.reentry === 'never') return refused('once');
  const since = facts.timestamp.getTime() - facts.lastEndedAt.getTime();
  return since < elapsed(policy.reentry.after) ? refused('too_soon') : { enters: true };
}

function tooOld(enter: JourneyPolicy['enter'], { timestamp, receivedAt }: EntryFacts): boolean {
  if (!('on' in enter) || enter.maxAge === undefined) return false;
  return receivedAt.getTime() - timestamp.getTime() > elapsed(enter.maxAge);
}

function refused(reason: Refusal): EntryDecision {
  return { enters: false, reason };
}
