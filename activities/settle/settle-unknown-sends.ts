import type { Database, Queryable } from '../../store/database';
import { isUnavailable, isUniqueViolation } from '../../store/database-errors';
import {
  disownAbandoned,
  findDueUnknown,
  findOwned,
  hasTwinInFlight,
  postponeLook,
  refindDueUnknown,
  type UnknownSend,
  whileMine,
} from '../../store/unknown-sends';
import type { ActivityDeps } from '../deps';
import type { ListedMessage } from '../provider/provider';
import { applyReport } from '../send/apply-report';
import { lookOf } from '../send/conclusion';
import { endOfGrace } from './end-of-grace';
import { findMatch } from './match';

export { nextSettleAt } from '../../store/unknown-sends';

/**
 * Looks for the unknown sends that are due and settles what can be settled; answers how many it looked for. Any number
 * of workers may run it at once: what one of them is at is passed over by the others. When the provider cannot be
 * asked everything due is put off, however long that takes: nothing is decided without having looked.
 */
export async function settleDue(deps: ActivityDeps): Promise<number> {
  await disownAbandoned(deps.pool, lookOf(deps.workspace));
  const due = await findDueUnknown(deps.pool, BATCH);
  if (due.length === 0) return 0;
  return inSession(deps.pool, async (session) => {
    let looked = 0;
    for (const { sendId } of due) {
      if (await whileMine(session, sendId, () => lookOnce(deps, sendId))) looked++;
    }
    return looked;
  });
}

const BATCH = 50;

async function lookOnce(deps: ActivityDeps, sendId: string): Promise<void> {
  const send = await refindDueUnknown(deps.pool, sendId);
  if (!send) return;
  try {
    await look(deps, send);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    // One row that cannot be settled must not hold up the others.
    deps.log.error({ sendId, err: error }, 'an unknown send could not be settled: it will be tried again');
    await postponeLook(deps.pool, send, AGAIN_MS);
  }
}

async function look(deps: ActivityDeps, send: UnknownSend): Promise<void> {
  const { pool } = deps;
  const messages = await deps.provider.listTo(send.address);
  const match = findMatch(
    messages,
    send,
    await findOwned(
      pool,
      messages.map(({ providerSid }) => providerSid),
    ),
  );
  if (match) await claim(deps, send, match);
  else if (await hasTwinInFlight(pool, send)) await postponeLook(pool, send, AGAIN_MS);
  else if (send.graceLeftMs > 0) await postponeLook(pool, send, 'grace');
  else await endOfGrace(deps, send);
}

const AGAIN_MS = 30_000;

async function claim({ pool, log }: ActivityDeps, send: UnknownSend, match: ListedMessage): Promise<void> {
  try {
    const told = await applyReport(pool, send.sendId, match);
    // A status that we do not know is that of an accepted message all the same.
    if (!told) await applyReport(pool, send.sendId, { ...match, status: 'sent' });
    log.info(
      { sendId: send.sendId, providerSid: match.providerSid },
      'an unknown send was found at the provider',
    );
  } catch (error) {
    // Another row has just claimed the same message; there may be a second one.
    if (!isUniqueViolation(error, 'sends_provider_sid')) throw error;
    await postponeLook(pool, send, AGAIN_MS);
  }
}

/** Lends `work` a connection; broken by an error, it is closed, which gives up its locks. */
async function inSession<T>(pool: Database, work: (session: Queryable) => Promise<T>): Promise<T> {
  const session = await pool.connect();
  let broken = true;
  try {
    const result = await work(session);
    broken = false;
    return result;
  } finally {
    session.release(broken);
  }
}
