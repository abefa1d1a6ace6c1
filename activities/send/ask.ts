import { lockCustomerOfEnrollment } from '../../store/customer-lock';
import type { Queryable } from '../../store/database';
import { insertDecision } from '../../store/decisions';
import { newId } from '../../store/ids';
import { loadSendFacts, type SendFacts } from '../../store/send-facts';
import { failReserved, openSend, reopenSend } from '../../store/sends';
import type { SendAnswer, SendRequest } from '../../workflows/runtime/contract';
import type { ActivityDeps } from '../deps';
import { enrollmentUnknown } from '../errors';
import { answerOf, mayBeAskedAgain, suppressionCode } from './answers';
import { lookOf } from './conclusion';
import type { DueCreate } from './hand-over';
import { hold } from './hold';
import { CHANNEL, type Judgement, judge } from './judge';
import { rendering } from './rendering';

export type Asked =
  | { readonly kind: 'answered'; readonly answer: SendAnswer }
  | { readonly kind: 'due'; readonly create: DueCreate }
  /** Another execution of this step has handed the message over, or is about to. */
  | { readonly kind: 'in_flight'; readonly sendId: string };

/**
 * Asks the gate and, where it lets the message through, reserves the step's row. To be run in a transaction: what it
 * answers holds once that is committed.
 */
export async function ask(deps: ActivityDeps, db: Queryable, request: SendRequest): Promise<Asked> {
  await lockCustomerOfEnrollment(db, request.enrollmentId);
  const readAt = performance.now();
  const facts = await loadSendFacts(db, request);
  if (!facts) throw enrollmentUnknown(request.enrollmentId);
  if (facts.send && !mayBeAskedAgain(facts.send, facts.now)) {
    const answer = answerOf(facts.send);
    return answer === 'in_flight'
      ? { kind: 'in_flight', sendId: facts.send.sendId }
      : { kind: 'answered', answer };
  }
  const held = await hold(db, facts, request);
  if (held) return { kind: 'answered', answer: held };
  const judgement = judge(deps, facts, rendering(deps, request));
  return judgement.allowed
    ? { kind: 'due', create: { ...(await reserve(deps, db, facts, judgement)), readAt } }
    : { kind: 'answered', answer: await refuse(db, facts, judgement) };
}

async function refuse(
  db: Queryable,
  facts: SendFacts,
  { refusal, decision }: Extract<Judgement, { allowed: false }>,
): Promise<SendAnswer> {
  await insertDecision(db, decision);
  switch (refusal.verdict) {
    case 'deferred':
      return { status: 'deferred', reason: refusal.reason, until: refusal.until.getTime() };
    case 'suppressed':
      if (facts.send) await failReserved(db, facts.send.sendId, suppressionCode(refusal.reason));
      if (facts.enrollmentStatus !== 'open') return { status: 'ended' };
      return { status: 'suppressed', reason: refusal.reason, at: facts.now.getTime() };
  }
}

async function reserve(
  deps: ActivityDeps,
  db: Queryable,
  facts: SendFacts,
  { decision, purpose, content }: Extract<Judgement, { allowed: true }>,
): Promise<Omit<DueCreate, 'readAt'>> {
  const { send: row, now, journey } = facts;
  const due = { enrollmentId: decision.enrollmentId, journey, from: 'submitting', content } as const;
  if (row) {
    await reopenSend(db, decision, row.sendId, content, lookOf(deps.workspace));
    const waitedMs = now.getTime() - row.createdAt.getTime();
    return { ...due, sendId: row.sendId, creates: row.creates + 1, waitedMs };
  }
  const sendId = newId();
  await openSend(db, decision, { ...content, sendId, journey: facts.journey, purpose, channel: CHANNEL });
  return { ...due, sendId, creates: 1, waitedMs: 0 };
}
