import type { FastifyBaseLogger } from 'fastify';
import type { AcceptedEvent, AppliedEvent } from '../../ingest';
import { describeError } from '../http/describe-error';
import { commitApart } from './commit-apart';
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
 * and set aside as `internal`, and the others go in. Answers those that were good and were set aside after all.
 * Throws when the database is away or broken.
 */
export function createCommit({ apply, quarantine, log }: CommitOptions) {
  return async (items: readonly JudgedEvent[]): Promise<ReadonlyMap<JudgedEvent, Violation>> => {
    const arrivals = firstOfEachId(items);
    const setAside = new Map<JudgedEvent, Violation>();

    const good = arrivals.filter((item) => item.verdict === 'accepted');
    const applyAll = async (some: readonly AcceptedVerdict[]) => {
      const applied = await apply(some.map(({ event }) => event));
      for (const [index, item] of some.entries()) {
        if (applied[index]?.outcome === 'refused') setAside.set(item, noIdentity);
      }
    };
    for (const [item, error] of await commitApart(good, applyAll)) {
      log.error({ ...about(item), error: describeError(error) }, 'event set aside: it cannot be applied');
      setAside.set(item, internal);
    }

    const bad = arrivals.flatMap((item): SetAside[] => {
      if (item.verdict === 'quarantined') return [{ item, row: item.row }];
      const violation = setAside.get(item);
      return violation ? [{ item, row: { ...item.row, violations: [violation] } }] : [];
    });
    const culprits = await commitApart(bad, (some) => quarantine(some.map(({ row }) => row)));
    for (const [{ item }, error] of culprits) {
      log.error({ ...about(item), error: describeError(error) }, 'event lost: it cannot even be set aside');
      if (item.verdict === 'accepted') setAside.set(item, internal);
    }
    return setAside;
  };
}

interface SetAside {
  readonly item: JudgedEvent;
  readonly row: QuarantineRow;
}

const internal: Violation = {
  path: '',
  code: 'internal',
  message: 'the event could not be stored; the cause is in the log',
};

function about({ row }: JudgedEvent) {
  return { source: row.source };
}

/** The first arrival of a message id counts, good or bad. */
function firstOfEachId(items: readonly JudgedEvent[]): readonly JudgedEvent[] {
  const seen = new Set<string>();
  return items.filter(({ row: { messageId } }) => !seen.has(messageId) && seen.add(messageId));
}
