import type { Queryable } from './database';

/**
 * For the rest of the transaction, statements find rows by index only. Those of a hot path know the keys of what they
 * read; but a prepared plan made while a table was small goes on scanning all of it until the next statistics.
 * What has no index is scanned all the same, only that the planner then thinks it dear enough to compile.
 */
export async function findByIndex(tx: Queryable): Promise<void> {
  await tx.query({
    name: 'plans-by-index',
    text: `select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
             set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)`,
  });
}
