import { lockCustomerOfSend } from '../../store/customer-lock';
import { tx } from '../../store/database';
import { heldBy } from '../../store/holds';
import { announceSettled } from '../../store/send-reports';
import { type Conclusion, concludeCreate, type Content, type Submission } from '../../store/sends';
import { recordRefusal } from '../../store/suppressions';
import type { SendAnswer } from '../../workflows/runtime/contract';
import type { ActivityDeps } from '../deps';
import type { CreateResult } from '../provider/provider';
import { applyReport } from './apply-report';
import { conclusionOf } from './conclusion';
import { insist } from './insist';
import { CHANNEL } from './gate-facts';

/** A row whose create call is due: that it is `submitting` has been committed. */
export interface DueCreate extends Submission {
  readonly enrollmentId: string;
  readonly journey: string;
  readonly content: Content;
  /** What it goes out from: a number or a service. Undefined: the environment's. */
  readonly sender: string | undefined;
  /** Milliseconds since the row was opened: how long it has been kept waiting. */
  readonly waitedMs: number;
  /** When it was read that nothing holds it back, as `performance.now()`. */
  readonly readAt: number;
}

/**
 * The one place that calls the provider: a create, once, and what came of it into the ledger. Undefined when the row
 * has moved on meanwhile: then the row has the answer.
 */
export async function handOver(deps: ActivityDeps, due: DueCreate): Promise<SendAnswer | undefined> {
  const { sendId } = due;
  const result = (await heldMeanwhile(deps, due)) ?? (await create(deps, due));
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

/** What was read this long ago, in milliseconds, is read again: the kill switch has five seconds. */
const STALE_MS = 1_500;

/** A commit that took long, or a process that stood still, must not carry a message past the kill switch. */
async function heldMeanwhile(
  { pool }: ActivityDeps,
  { readAt, journey }: DueCreate,
): Promise<CreateResult | undefined> {
  if (performance.now() - readAt < STALE_MS || (await heldBy(pool, journey)) === null) return undefined;
  return { kind: 'retry', code: 'held', pace: 'soon', afterMs: 0 };
}

function create(
  { provider, publicUrl }: ActivityDeps,
  { sendId, content, sender }: DueCreate,
): Promise<CreateResult> {
  return provider.create({
    to: content.address,
    body: content.body,
    from: sender,
    // The provider tries lost callbacks again only if the fragment asks it to.
    statusCallback: `${publicUrl}/webhooks/twilio/status?m=${sendId}#rc=5&rp=all`,
  });
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
