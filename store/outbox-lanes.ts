import type { Queryable } from './database';

/**
 * Lanes are leased so that each is worked by one dispatcher at a time. A lease runs out by itself when its
 * owner dies; all of this goes by the wall clock, whatever the virtual one says.
 */

/** Takes up to `limit` lanes that nobody holds, for `leaseMs`; answers those taken. */
export async function takeFreeLanes(
  db: Queryable,
  owner: string,
  options: { readonly limit: number; readonly leaseMs: number },
): Promise<number[]> {
  // In random order: two dispatchers that start together should not queue for the same lanes.
  const { rows } = await db.query<{ lane: number }>(
    `with free as (
       select lane from outbox_lanes
       where owner is null or leased_until < clock_timestamp()
       order by random() limit $2 for update skip locked
     )
     update outbox_lanes l
     set owner = $1, leased_until = clock_timestamp() + $3 * interval '1 millisecond'
     from free where l.lane = free.lane
     returning l.lane`,
    [owner, options.limit, options.leaseMs],
  );
  return rows.map((row) => row.lane);
}

/** Prolongs every lane of `owner` and answers which it still holds: one that ran out may be another's by now. */
export async function renewLanes(db: Queryable, owner: string, leaseMs: number): Promise<number[]> {
  const { rows } = await db.query<{ lane: number }>(
    `update outbox_lanes set leased_until = clock_timestamp() + $2 * interval '1 millisecond'
     where owner = $1 returning lane`,
    [owner, leaseMs],
  );
  return rows.map((row) => row.lane);
}

/** Gives lanes back at once, so that nobody has to wait for the lease to run out. */
export async function releaseLanes(db: Queryable, owner: string, lanes: readonly number[]): Promise<void> {
  await db.query(
    `update outbox_lanes set owner = null, leased_until = null where owner = $1 and lane = any($2::smallint[])`,
    [owner, lanes],
  );
}

/** Ends every lease, whoever holds it. Only where it is certain that no dispatcher lives. */
export async function releaseEveryLane(db: Queryable): Promise<void> {
  await db.query('update outbox_lanes set owner = null, leased_until = null where owner is not null');
}
