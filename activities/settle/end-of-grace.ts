import { countSegments } from '../../rules/segments';
import { lockCustomerOfSend } from '../../store/customer-lock';
import { type Queryable, tx } from '../../store/database';
import { insertDecision } from '../../store/decisions';
import { longestCap } from '../../rules/gate/cap';
import { loadSendFacts } from '../../store/send-facts';
import { announceSettled } from '../../store/send-reports';
import { concludeCreate, reopenSend } from '../../store/sends';
import { postponeLook, type UnknownSend } from '../../store/unknown-sends';
import type { ActivityDeps } from '../deps';
import { lookOf } from '../send/conclusion';
import { type DueCreate, handOver } from '../send/hand-over';
import { HOLD_MS, hold, waitedMs } from '../send/hold';
import { judge } from '../send/judge';

/**
 * Decides about an unknown send that neither a callback nor the provider's list has shown: a transactional message is
 * handed over once more, in the same row, if the gate still lets it through. Everything else has failed.
 */
export async function endOfGrace(deps: ActivityDeps, send: UnknownSend): Promise<void> {
  const due = await tx(deps.pool, async (db) => {
    const profileId = await lockCustomerOfSend(db, send.sendId);
    if (profileId === undefined) return undefined;
    if (send.purpose === 'transactional' && send.creates < MOST_CREATES) {
      return onceMore(deps, db, { ...send, profileId });
    }
    await giveUp(db, { ...send, profileId });
    return undefined;
  });
  if (due) await handOver(deps, due);
}

/** Creates that may have been accepted, for one row. */
const MOST_CREATES = 2;

async function onceMore(
  deps: ActivityDeps,
  db: Queryable,
  send: UnknownSend,
): Promise<DueCreate | undefined> {
  const readAt = performance.now();
  const facts = await loadSendFacts(db, { ...send, countedMs: longestCap(deps.workspace.caps) });
  // A callback was faster, or another process.
  if (facts?.send?.status !== 'unknown' || facts.send.creates !== send.creates) return undefined;
  if (await hold(db, facts, send)) {
    await postponeLook(db, send, HOLD_MS);
    return undefined;
  }
  const judgement = judge(deps, facts, {
    ...send,
    // It had its turn.
    turn: 'exempt',
    content: () => ({
      ok: true,
      locale: send.locale,
      text: send.body,
      ...countSegments(send.body),
    }),
  });
  if (judgement.outcome === 'allowed') {
    const { content, sender } = judgement;
    await reopenSend(db, judgement.decision, send.sendId, content, lookOf(deps.workspace));
    const { sendId, enrollmentId, creates } = send;
    const { journey } = facts;
    return {
      sendId,
      enrollmentId,
      journey,
      creates: creates + 1,
      from: 'unknown',
      content,
      sender,
      waitedMs: await waitedMs(db, facts, send),
      readAt,
    };
  }
  if (judgement.outcome !== 'refused') throw new Error('A transactional message waits for no other');
  const { decision, verdict } = judgement;
  await insertDecision(db, decision);
  if (verdict.verdict === 'suppressed') await giveUp(db, send);
  else await postponeLook(db, send, verdict.until.getTime() - facts.now.getTime());
  return undefined;
}

async function giveUp(db: Queryable, send: UnknownSend): Promise<void> {
  const { sendId, creates } = send;
  const failed = { status: 'failed', errorCode: 'unresolved' } as const;
  const at = await concludeCreate(db, { sendId, creates, from: 'unknown' }, failed);
  if (at) await announceSettled(db, send);
}
