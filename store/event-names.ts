import type { Queryable } from './database';

/** The names of the events that have arrived in so many days. Reads all of them: for people, not for polling. */
export async function eventNamesSince(db: Queryable, days: number): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ name: string }>(
    'select distinct name from events where received_at >= clock_now() - make_interval(days => $1) and name is not null',
    [days],
  );
  return new Set(rows.map(({ name }) => name));
}
