import type { Queryable } from './database';

export interface CodePool {
  readonly offer: string;
  /** Codes loaded, ever. */
  readonly loaded: number;
  /** In the pool: nobody's yet. */
  readonly left: number;
  /** Of runs that go on, and have not sent theirs. */
  readonly held: number;
  /** Sent to their customer, or perhaps: they stay theirs. */
  readonly out: number;
  /** Since when entries have been refused for want of a code. */
  readonly exhaustedAt: Date | null;
}

/**
 * Adds codes to an offer's pool and answers those that it took. What was loaded before, for whatever offer, is not taken
 * again: a code has one customer.
 */
export async function loadCodes(tx: Queryable, offer: string, codes: readonly string[]): Promise<number> {
  await tx.query(`insert into code_pools (offer) values ($1) on conflict do nothing`, [offer]);
  const { rowCount } = await tx.query(
    `insert into codes (code, offer, loaded_at)
     select code, $1, clock_now() from unnest($2::text[]) with ordinality as given(code, place) order by place
     on conflict do nothing`,
    [offer, codes],
  );
  const taken = rowCount ?? 0;
  if (taken > 0) {
    await tx.query(`update code_pools set exhausted_at = null, alerted_at = null where offer = $1`, [offer]);
  }
  return taken;
}

export async function codePools(db: Queryable): Promise<CodePool[]> {
  const { rows } = await db.query<CodePool>(
    `select p.offer, p.exhausted_at as "exhaustedAt", count(c.code)::int as loaded,
       count(c.code) filter (where c.enrollment_id is null)::int as left,
       count(c.code) filter (where e.status = 'open' and not may_be_out(e.enrollment_id, c.code))::int as held,
       count(c.code) filter (where e.status <> 'open' or may_be_out(e.enrollment_id, c.code))::int as out
     from code_pools p
     left join codes c on c.offer = p.offer
     left join enrollments e on e.enrollment_id = c.enrollment_id
     group by p.offer order by p.offer`,
  );
  return rows;
}

/** Codes of an offer that are nobody's yet. */
export async function codesLeft(db: Queryable, offer: string): Promise<number> {
  const { rows } = await db.query<{ left: number }>(
    'select count(*)::int as left from codes where offer = $1 and enrollment_id is null',
    [offer],
  );
  return rows[0]?.left ?? 0;
}

/** Codes that a transaction may hand out, in the order in which they go. */
export interface Needed {
  readonly offer: string;
  readonly most: number;
}

/**
 * Codes in the pools, for entries that are judged in this transaction: until its end nobody else judges any, so they go
 * in the order of entry, and one that is free for one is not free for another. `returnedBy`: those that came back to
 * the pool later are for the entries after these.
 */
export async function takeStock(
  tx: Queryable,
  needed: readonly Needed[],
  returnedBy: Date,
): Promise<{ readonly offer: string; readonly code: string }[]> {
  if (needed.length === 0) return [];
  const offers = needed.map(({ offer }) => offer);
  const [, { rows }] = await Promise.all([
    tx.query({
      name: 'code-pools-lock',
      text: `select from code_pools where offer = any($1::text[]) order by offer for no key update`,
      values: [offers],
    }),
    tx.query<{ offer: string; code: string }>({
      name: 'codes-in-pool',
      text: `select needed.offer, free.code
             from unnest($1::text[], $2::int[]) as needed(offer, most)
             cross join lateral (
               select c.code, c.code_id from codes c
               where c.offer = needed.offer and c.enrollment_id is null
                 and (c.returned_at is null or c.returned_at <= $3)
               order by c.code_id limit needed.most
             ) free
             order by free.code_id`,
      values: [offers, needed.map(({ most }) => most), returnedBy],
    }),
  ]);
  return rows;
}

/** Gives codes that {@link takeStock} answered to runs that have entered. */
export async function assignCodes(
  tx: Queryable,
  given: readonly { readonly code: string; readonly enrollmentId: string }[],
): Promise<void> {
  if (given.length === 0) return;
  await tx.query({
    name: 'codes-assign',
    text: `update codes c set enrollment_id = r."enrollmentId"
           from json_to_recordset($1) as r(code text, "enrollmentId" uuid)
           where c.code = r.code and c.enrollment_id is null`,
    values: [JSON.stringify(given)],
  });
}

/** Notes pools that an entry was refused for want of. */
export async function noteExhausted(tx: Queryable, offers: readonly string[], at: Date): Promise<void> {
  if (offers.length === 0) return;
  await tx.query({
    name: 'code-pools-exhausted',
    text: `insert into code_pools as p (offer, exhausted_at) select offer, $2 from unnest($1::text[]) as r(offer)
           on conflict (offer) do update set exhausted_at = excluded.exhausted_at where p.exhausted_at is null`,
    values: [offers, at],
  });
}

/** Pools that have run out, each answered once until codes are loaded again. */
export async function newlyExhausted(db: Queryable): Promise<{ offer: string; exhaustedAt: Date }[]> {
  const { rows } = await db.query<{ offer: string; exhaustedAt: Date }>({
    name: 'code-pools-to-alert',
    text: `update code_pools set alerted_at = clock_now()
           where exhausted_at is not null and alerted_at is null
           returning offer, exhausted_at as "exhaustedAt"`,
  });
  return rows;
}
