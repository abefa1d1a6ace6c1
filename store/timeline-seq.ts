import type { Queryable } from './database';

/** The next `count` places in the order of what happened, ascending. */
export async function nextSeqs(tx: Queryable, count: number): Promise<readonly number[]> {
  if (count === 0) return [];
  const { rows } = await tx.query<{ seqs: number[] }>({
    name: 'timeline-seqs',
    text: `select array_agg(nextval('timeline_seq')) as seqs from generate_series(1, $1::int)`,
    values: [count],
  });
  return rows[0]?.seqs ?? [];
}
