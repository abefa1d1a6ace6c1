import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import { IngestConflict } from '../../ingest';
import { isUnavailable, TransactionConflict } from '../../store/database-errors';

/**
 * Commits items together, or, when one of them makes that fail, in halves of halves until it is found: the others go
 * in, in their order. Answers those that cannot be committed. Throws when it is not the items' fault.
 */
export async function commitApart<Item>(
  items: readonly Item[],
  commit: (some: readonly Item[]) => Promise<void>,
): Promise<ReadonlyMap<Item, unknown>> {
  if (items.length === 0) return new Map();
  try {
    await again(() => commit(items));
    return new Map();
  } catch (error) {
    if (!isOfTheItems(error)) throw error;
    const [only] = items;
    if (items.length === 1 && only !== undefined) return new Map([[only, error]]);
    const half = Math.ceil(items.length / 2);
    const first = await commitApart(items.slice(0, half), commit);
    return new Map([...first, ...(await commitApart(items.slice(half), commit))]);
  }
}

/** A connection that broke while it was idle fails the first work on it: that is worth one more try. */
async function again(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    await delay(50);
    await work();
  }
}

/** Whether other items may fare better: bad data or a bug met by it, not a database that is away or broken. */
function isOfTheItems(error: unknown): boolean {
  if (isUnavailable(error)) return false;
  if (error instanceof TransactionConflict || error instanceof IngestConflict) return false;
  if (!(error instanceof DatabaseError)) return true;
  return faultsOfData.has((error.code ?? '').slice(0, 2));
}

/** SQLSTATE classes: cardinality, data, integrity, raised, program limits. */
const faultsOfData = new Set(['21', '22', '23', 'P0', '54']);
