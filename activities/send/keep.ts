import type { Verdict } from '../../rules/gate/gate';
import type { Queryable } from '../../store/database';
import { assignArms, exposeToArms } from '../../store/experiments';
import { takeLock } from '../../store/locks';
import { withholdOffers } from '../../store/offers';
import type { SendFacts } from '../../store/send-facts';

/** Writes what an ask leaves behind besides its decision: arms for good, that they made a difference, and the lock. */
export async function keepMarks(
  db: Queryable,
  facts: SendFacts,
  enrollmentId: string,
  verdict: Extract<Verdict, { verdict: 'send' | 'suppressed' | 'deferred' }>,
): Promise<void> {
  const { profileId, journey, now: at } = facts;
  const subject = { profileId, enrollmentId, at };
  await assignArms(db, subject, verdict.assigns);
  if (verdict.assigns.length > 0) {
    // Percentages may have changed since the grant.
    const withheld = verdict.verdict === 'suppressed' && verdict.reason === 'holdout';
    await withholdOffers(db, enrollmentId, withheld);
  }
  if (verdict.verdict === 'deferred') return;
  if (verdict.verdict === 'send' || verdict.reason === 'holdout') {
    await exposeToArms(db, subject, verdict.arms);
  }
  if (verdict.takes) {
    const { priority, until } = verdict.takes;
    await takeLock(db, { profileId, journey, enrollmentId, priority, from: at, until });
  }
}
