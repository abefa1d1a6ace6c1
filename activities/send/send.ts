import { setTimeout as delay } from 'node:timers/promises';
import { tx } from '../../store/database';
import { concludeCreate, findSend } from '../../store/sends';
import type { SendAnswer, SendRequest } from '../../workflows/runtime/contract';
import type { ActivityDeps } from '../deps';
import { sendUnknown } from '../errors';
import { answerOf } from './answers';
import { ask } from './ask';
import { lookOf } from './conclusion';
import { handOver } from './hand-over';

/**
 * The only door to a person. Whatever is killed or repeated in between, a step leads to one create call that may have
 * been accepted: asking and reserving is one transaction under the customer's lock, and a row that is found
 * `submitting` is not submitted again.
 */
export async function send(deps: ActivityDeps, request: SendRequest): Promise<SendAnswer> {
  const asked = await tx(deps.pool, (db) => ask(deps, db, request), { byIndex: true });
  switch (asked.kind) {
    case 'answered':
      return asked.answer;
    case 'due':
      return (await handOver(deps, asked.create)) ?? whenLanded(deps, asked.create.sendId);
    case 'in_flight':
      return whenLanded(deps, asked.sendId);
  }
}

/** What became of a send, for a run that was told `unknown`. */
export async function sendResult(
  deps: ActivityDeps,
  { sendId }: { readonly sendId: string },
): Promise<SendAnswer> {
  return whenLanded(deps, sendId);
}

/**
 * The row's answer, once the create call that somebody else has under way must have ended. If it has not, whoever made
 * it is gone, and nobody knows what came of it.
 */
async function whenLanded(deps: ActivityDeps, sendId: string): Promise<SendAnswer> {
  for (;;) {
    const row = await findSend(deps.pool, sendId);
    if (!row) throw sendUnknown(sendId);
    const answer = answerOf(row);
    if (answer !== 'in_flight') return answer;
    const { creates, sinceCreateMs } = row;
    if ((sinceCreateMs ?? Number.POSITIVE_INFINITY) < deps.provider.createTimeoutMs + WRITE_MS) {
      await delay(POLL_MS);
      continue;
    }
    deps.log.warn({ sendId }, 'left submitting by a process that is gone: it will be looked for');
    await concludeCreate(
      deps.pool,
      { sendId, creates, from: 'submitting' },
      { status: 'unknown', processed: true, ...lookOf(deps.workspace) },
    );
  }
}

/** What writing down the end of a create may take, the database being away for a moment included. */
const WRITE_MS = 4_000;
const POLL_MS = 50;
