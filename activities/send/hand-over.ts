import { lockCustomerOfSend } from '../../store/customer-lock';
import { tx } from '../../store/database';
import { announceSettled } from '../../store/send-reports';
import { type Conclusion, concludeCreate, type Content, type Submission } from '../../store/sends';
import { recordRefusal } from '../../store/suppressions';
import type { SendAnswer } from '../../workflows/runtime/contract';
import type { ActivityDeps } from '../deps';
import type { CreateResult } from '../provider/provider';
import { applyReport } from './apply-report';
import { conclusionOf } from './conclusion';
import { insist } from './insist';
import { CHANNEL } from './judge';

/** A row whose create call is due: that it is `submitting` has been committed. */
export interface DueCreate extends Submission {
  readonly enrollmentId: string;
  readonly content: Content;
  /** Milliseconds since the row was opened: how long it has been kept waiting. */
  readonly waitedMs: number;
}

/**
 * The one place that calls the provider: a create, once, and what came of it into the ledger. Undefined when the row
 * has moved on meanwhile: then the row has the answer.
 */
export async function handOver(deps: ActivityDeps, due: DueCreate): Promise<SendAnswer | undefined> {
  const { sendId, content } = due;
  const result = await deps.provider.create({
    to: content.address,
    body: content.body,
    // The provider tries lost callbacks again only if the fragment asks it to.
    statusCallback: `${deps.publicUrl}/webhooks/twilio/status?m=${sendId}#rc=5&rp=all`,
  });
  const conclusion = conclusionOf(result, due, deps.workspace);
  const at = await insist(() => conclude(deps, due, result, conclusion));
  report(deps, due, result);
  if (at) return answerTo(sendId, conclusion, at.getTime());
  if (result.kind === 'accepted') {
    const { providerSid } = result;
    await insist(() => applyReport(deps.pool, sendId, { providerSid, status: 'sent', errorCode: null }));
  }
  return undefined;
}

/** Answers when it was written; undefined when the row has moved on since the create began. */
async function conclude(
  { pool }: ActivityDeps,
  due: DueCreate,
  result: CreateResult,
  conclusion: Conclusion,
): Promise<Date | undefined> {
  // The usual end needs no lock: one statement, on one row.
  if (due.from === 'submitting' && result.kind !== 'refused') return concludeCreate(pool, due, conclusion);
  return tx(pool, async (db) => {
    const profileId = await lockCustomerOfSend(db, due.sendId);
    const at = await concludeCreate(db, due, conclusion);
    if (profileId === undefined) return at;
    if (result.kind === 'refused') {
      await recordRefusal(db, { profileId, channel: CHANNEL, address: due.content.address }, result.cause);
    }
    const ended = conclusion.status === 'sent' || conclusion.status === 'failed';
    if (at && ended && due.from === 'unknown') await announceSettled(db, { ...due, profileId });
    return at;
  });
}

function answerTo(sendId: string, conclusion: Conclusion, at: number): SendAnswer {
  switch (conclusion.status) {
    case 'sent':
      return { status: 'sent', sendId, providerSid: conclusion.providerSid, at };
    case 'failed':
      return { status: 'failed', sendId, code: conclusion.errorCode, at };
    case 'reserved':
      return { status: 'retry', sendId, until: at + conclusion.retryAfterMs };
    case 'unknown':
      return { status: 'unknown', sendId, until: at + conclusion.graceMs };
  }
}

function report({ log }: ActivityDeps, { sendId, enrollmentId }: DueCreate, result: CreateResult): void {
  const about = { sendId, enrollmentId };
  switch (result.kind) {
    case 'accepted':
      log.info({ ...about, providerSid: result.providerSid }, 'sent');
      break;
    case 'retry':
      log.warn({ ...about, code: result.code }, 'not processed by the provider: it will be tried again');
      break;
    case 'ambiguous':
      log.warn(
        { ...about, code: result.code },
        'not known whether the provider accepted it: it will be looked for',
      );
      break;
    case 'refused':
      if (result.cause === 'configuration') {
        log.error(
          { ...about, code: result.code },
          'the provider refuses our content, sender or credentials: look the code up and correct it',
        );
      } else
        log.warn({ ...about, code: result.code, reason: result.cause }, 'refused by the provider for good');
      break;
  }
}
