import { longestCap } from '../../rules/gate/cap';
import { underLockOfEnrollment } from '../../store/customer-lock';
import { type Queryable, tx } from '../../store/database';
import { newId } from '../../store/ids';
import { insertRehearsal } from '../../store/rehearsals';
import { loadSendFacts } from '../../store/send-facts';
import type { ActivityDeps } from '../deps';
import { judge } from '../send/judge';
import { rendering } from '../send/rendering';

export interface Rehearsal {
  readonly journey: string;
  readonly version: number;
  readonly message: string;
  readonly data: object;
  readonly profileIds: readonly string[];
}

/**
 * Asks the gate what it would say now if each of these customers had just entered, in transactions that are rolled back:
 * nothing is sent and nothing changes. Answers how many there are of each verdict, as `send` or `suppressed(consent)`.
 */
export async function rehearseAsks(
  deps: Pick<ActivityDeps, 'pool' | 'catalog' | 'workspace' | 'journeys'>,
  { profileIds, data, ...about }: Rehearsal,
): Promise<{ readonly [verdict: string]: number }> {
  const verdicts: { [verdict: string]: number } = {};
  for (const profileId of profileIds) {
    const verdict = await undone(deps.pool, (db) =>
      ask(deps, db, { ...about, data: { ...data }, profileId }),
    );
    if (verdict !== undefined) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  }
  return verdicts;
}

async function ask(
  deps: Pick<ActivityDeps, 'catalog' | 'workspace' | 'journeys'>,
  db: Queryable,
  about: Omit<Rehearsal, 'profileIds' | 'data'> & {
    readonly profileId: string;
    readonly data: { readonly [name: string]: unknown };
  },
): Promise<string | undefined> {
  const enrollmentId = newId();
  await insertRehearsal(db, { ...about, enrollmentId });
  const request = {
    enrollmentId,
    step: about.message,
    occurrence: 1,
    message: about.message,
    data: about.data,
  };
  const needed = { ...request, countedMs: longestCap(deps.workspace.caps) };
  const facts = await underLockOfEnrollment(db, enrollmentId, () => loadSendFacts(db, needed));
  if (!facts) return undefined;
  // How long so many take at the sender's pace is reckoned for all of them together.
  const judgement = judge(deps, facts, { turn: 'exempt', ...rendering(deps, request) });
  switch (judgement.outcome) {
    case 'allowed':
    case 'needs_turn':
      return 'send';
    case 'yields':
      return 'deferred(locked)';
    case 'refused':
      return `${judgement.verdict.verdict}(${judgement.verdict.reason})`;
  }
}

/** Runs `work` in a transaction that leaves no trace. */
async function undone<T>(pool: ActivityDeps['pool'], work: (db: Queryable) => Promise<T>): Promise<T> {
  try {
    await tx(pool, async (db) => {
      throw new Undo(await work(db));
    });
  } catch (error) {
    if (error instanceof Undo) return error.result as T;
    throw error;
  }
  throw new Error('A rehearsal was committed');
}

/** Rolls a transaction back, and carries out what was learned in it. */
class Undo extends Error {
  constructor(readonly result: unknown) {
    super('Undone on purpose');
  }
}
