import type { Queryable } from './database';

/** So much of a queue, in milliseconds of its sending. */
export interface PaceTake {
  readonly queue: string;
  readonly forMs: number;
}

/** Takes the next place in each queue, and answers when its turn is: now at the earliest. One take a queue. */
export async function takePace(
  db: Queryable,
  takes: readonly PaceTake[],
): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await db.query<{ queue: string; turn: Date }>({
    name: 'pace-take',
    text: `with clock as materialized (select date_trunc('milliseconds', clock_now()) as at),
           takes as materialized (
             select * from json_to_recordset($1) as r(queue text, "forMs" float8) order by queue
           ),
           taken as (
             insert into pace_queues as q (queue, free_at)
             select queue, clock.at + "forMs" * interval '1 millisecond' from takes, clock order by queue
             on conflict (queue) do update
               set free_at = greatest(q.free_at, (select at from clock)) + (excluded.free_at - (select at from clock))
             returning queue, free_at
           )
           select taken.queue, taken.free_at - takes."forMs" * interval '1 millisecond' as turn
           from taken join takes using (queue)`,
    values: [JSON.stringify(takes)],
  });
  return new Map(rows.map(({ queue, turn }) => [queue, turn]));
}
