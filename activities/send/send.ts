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
import type { PaceFacts } from '../../rules/gate/pace';
import type { Pacer } from './pacer';

/**
 * The only door to a person. Whatever is killed or repeated in between, a step leads to one create call that may have
 * been accepted: asking and reserving is one transaction under the customer's lock, and a row that is found
 * `submitting` is not submitted again.
 */
export async function send(deps: SendDeps, request: SendRequest): Promise<SendAnswer> {
  const startedAt = performance.now();
  let turn: PaceFacts | undefined;
  let pause = 10;
  for (;;) {
    const asked = await tx(deps.pool, (db) => ask(deps, db, request, turn), { byIndex: true });
    switch (asked.kind) {
      case 'answered':
        return asked.answer;
      case 'due':
        return (await handOver(deps, asked.create)) ?? whenLanded(deps, asked.create.sendId);
      case 'in_flight':
        return whenLanded(deps, asked.sendId);
      case 'needs_turn':
        turn = await deps.pacer.takeTurn(asked.request);
        break;
      case 'yields':
        if (deps.yielding.size >= MOST_YIELDING || performance.now() - startedAt > YIELD_MS) {
          return later(asked.at);
        }
        await whileListed(deps.yielding, () => delay(pause));
        pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
        break;
    }
  }
}

export interface SendDeps extends ActivityDeps {
  readonly pacer: Pacer;
  /** Sends that wait in this process for a journey that goes before theirs. */
  readonly yielding: Set<object>;
}

async function whileListed(list: Set<object>, work: () => Promise<void>): Promise<void> {
  const place = {};
  list.add(place);
  try {
    await work();
  } finally {
    list.delete(place);
  }
}

/** Those that wait must leave room for the ones they wait for. */
const MOST_YIELDING = 25;

/** The journey that goes before is slow: others may have this place meanwhile. */
function later(now: Date): SendAnswer {
  return { status: 'deferred', reason: 'locked', until: now.getTime() + 1_000 };
}

/** How long to wait here for a journey that goes before, which as a rule asks within milliseconds. */
const YIELD_MS = 5_000;
const LONGEST_PAUSE_MS = 500;

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
