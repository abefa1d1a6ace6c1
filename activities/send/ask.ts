import { underLockOfEnrollment } from '../../store/customer-lock';
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
import { longestCap } from '../../rules/gate/cap';
import type { PaceFacts } from '../../rules/gate/pace';
import { finishEnrollment } from '../../store/enrollment-finish';
import { holdEnrollment } from '../../store/enrollment-holds';
import { CHANNEL } from './gate-facts';
import { hold, waitedMs } from './hold';
import { type Judged, judge } from './judge';
import { keepMarks } from './keep';
import type { PaceRequest } from './pace-limits';
import { rendering } from './rendering';

export type Asked =
  | { readonly kind: 'answered'; readonly answer: SendAnswer }
  | { readonly kind: 'due'; readonly create: DueCreate }
  /** Another execution of this step has handed the message over, or is about to. */
  | { readonly kind: 'in_flight'; readonly sendId: string }
  /** The run of a journey that goes before this one is about to ask: ask again when it has. */
  | { readonly kind: 'yields'; readonly at: Date }
  /** It may go as soon as it has a turn in its sender's queue: ask again with one. */
  | { readonly kind: 'needs_turn'; readonly request: PaceRequest };

/**
 * Asks the gate and, where it lets the message through, reserves the step's row. To be run in a transaction: what it
 * answers holds once that is committed.
 */
export async function ask(
  deps: ActivityDeps,
  db: Queryable,
  request: SendRequest,
  turn?: PaceFacts,
): Promise<Asked> {
  const needed = { countedMs: longestCap(deps.workspace.caps), ...request };
  const readAt = performance.now();
  const facts = await underLockOfEnrollment(db, request.enrollmentId, () => loadSendFacts(db, needed));
  if (!facts) throw enrollmentUnknown(request.enrollmentId);
  if (facts.send && !mayBeAskedAgain(facts.send, facts.now)) {
    const answer = answerOf(facts.send);
    return answer === 'in_flight'
      ? { kind: 'in_flight', sendId: facts.send.sendId }
      : { kind: 'answered', answer };
  }
  const held = await hold(db, facts, request);
  if (held) return { kind: 'answered', answer: held };
  const judgement = judge(deps, facts, { turn, ...rendering(deps, request) });
  switch (judgement.outcome) {
    case 'yields':
      return { kind: 'yields', at: facts.now };
    case 'needs_turn':
      return { kind: 'needs_turn', request: judgement.request };
    case 'allowed':
      return { kind: 'due', create: { readAt, ...(await reserve(deps, db, facts, judgement)) } };
    case 'refused':
      return { kind: 'answered', answer: await refuse(db, facts, judgement) };
  }
}

async function refuse(
  db: Queryable,
  facts: SendFacts,
  { verdict, decision }: Extract<Judged, { outcome: 'refused' }>,
): Promise<SendAnswer> {
  const { enrollmentId } = decision;
  await Promise.all([insertDecision(db, decision), keepMarks(db, facts, enrollmentId, verdict)]);
  switch (verdict.verdict) {
    case 'deferred':
      await holdEnrollment(db, enrollmentId, {
        until: verdict.until,
        pacedStep: verdict.reason === 'paced' ? `${decision.step}/${decision.occurrence}` : null,
      });
      return { status: 'deferred', reason: verdict.reason, until: verdict.until.getTime() };
    case 'suppressed': {
      const { reason } = verdict;
      if (facts.send) await failReserved(db, facts.send.sendId, suppressionCode(reason));
      if (facts.enrollmentStatus !== 'open') return { status: 'ended' };
      if (!verdict.ends) return { status: 'suppressed', reason, at: facts.now.getTime() };
      await finishEnrollment(db, { enrollmentId, status: 'exited', reason, at: facts.now });
      return { status: 'ended' };
    }
  }
}

async function reserve(
  deps: ActivityDeps,
  db: Queryable,
  facts: SendFacts,
  { verdict, decision, purpose, content, sender }: Extract<Judged, { outcome: 'allowed' }>,
): Promise<Omit<DueCreate, 'readAt'>> {
  const { send: row, journey } = facts;
  const { enrollmentId } = decision;
  const due = { enrollmentId, journey, from: 'submitting', content, sender } as const;
  const marks = keepMarks(db, facts, enrollmentId, verdict);
  if (row) {
    await Promise.all([marks, reopenSend(db, decision, row.sendId, content, lookOf(deps.workspace))]);
    return { sendId: row.sendId, creates: row.creates + 1, waitedMs: await waitedMs(db, facts, row), ...due };
  }
  const sendId = newId();
  await Promise.all([
    marks,
    openSend(db, decision, { sendId, journey: facts.journey, purpose, channel: CHANNEL, ...content }),
  ]);
  return { sendId, creates: 1, waitedMs: 0, ...due };
}
