import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import type { FastifyBaseLogger } from 'fastify';
import type { AcceptedEvent, AppliedEvent } from '../../ingest/accepted-event';
import { IngestConflict } from '../../ingest/errors';
import { isUnavailable, TransactionConflict } from '../../store/database-errors';
import { describeError } from '../http/describe-error';
import { type AcceptedVerdict, noIdentity, type QuarantinedVerdict, type QuarantineRow } from './judge-event';
import type { Violation } from './violation';

export type JudgedEvent = AcceptedVerdict | QuarantinedVerdict;

export interface CommitOptions {
  /** Applies events in their order, in one transaction. */
  readonly apply: (events: readonly AcceptedEvent[]) => Promise<readonly AppliedEvent[]>;
  readonly quarantine: (rows: readonly QuarantineRow[]) => Promise<void>;
  readonly log: FastifyBaseLogger;
}

/**
 * Commits judged events: the good ones take effect, the bad ones are set aside. One that cannot be applied is found
 * by halving and set aside as `internal`, and the others go in. Answers those that were good and were set aside
 * after all. Throws when the database is away or broken.
 */
export function createCommit(options: CommitOptions) {
  return async (items: readonly JudgedEvent[]): Promise<ReadonlyMap<JudgedEvent, Violation>> => {
    const arrivals = firstOfEachId(items);
    const bad = arrivals.flatMap((item) => (item.verdict === 'quarantined' ? [item.row] : []));
    if (bad.length > 0) await again(() => options.quarantine(bad));
    const good = arrivals.filter((item) => item.verdict === 'accepted');
    const setAside = new Map<AcceptedVerdict, Violation>();
    if (good.length > 0) await applyApart(good, setAside, options);
    const rows = [...setAside].map(([{ row }, violation]) => ({ ...row, violations: [violation] }));
    if (rows.length > 0) await options.quarantine(rows);
    return setAside;
  };
}

const internal: Violation = {
  path: '',
  code: 'internal',
  message: 'the event could not be stored; the cause is in the log',
};

async function applyApart(
  items: readonly AcceptedVerdict[],
  setAside: Map<AcceptedVerdict, Violation>,
  options: CommitOptions,
): Promise<void> {
  try {
    const applied = await again(() => options.apply(items.map(({ event }) => event)));
    applied.forEach(({ outcome }, index) => {
      const item = items[index];
      if (outcome === 'refused' && item) setAside.set(item, noIdentity);
    });
  } catch (error) {
    if (!isOfTheEvents(error)) throw error;
    const [only] = items;
    if (items.length === 1 && only) {
      const { type, source } = only.event;
      options.log.error(
        { type, source, error: describeError(error) },
        'event set aside: it cannot be applied',
      );
      setAside.set(only, internal);
      return;
    }
    const half = Math.ceil(items.length / 2);
    await applyApart(items.slice(0, half), setAside, options);
    await applyApart(items.slice(half), setAside, options);
  }
}

/** A connection that broke while it was idle fails the first work on it: that is worth one more try. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    await delay(50);
    return await work();
  }
}

/** Whether other events may fare better: bad data or a bug met by it, not a database that is away or broken. */
function isOfTheEvents(error: unknown): boolean {
  if (isUnavailable(error)) return false;
  if (error instanceof TransactionConflict || error instanceof IngestConflict) return false;
  if (!(error instanceof DatabaseError)) return true;
  return eventFaults.has((error.code ?? '').slice(0, 2));
}

/** SQLSTATE classes: cardinality, data, integrity, raised, program limits. */
const eventFaults = new Set(['21', '22', '23', 'P0', '54']);

/** The first arrival of a message id counts, good or bad. */
function firstOfEachId(items: readonly JudgedEvent[]): readonly JudgedEvent[] {
  const seen = new Set<string>();
  return items.filter(({ row: { messageId } }) => !seen.has(messageId) && seen.add(messageId));
}
