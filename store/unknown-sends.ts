import type { Queryable } from './database';
import type { Look } from './sends';

/** A send of which nobody knows whether the provider accepted it, and that is due for a look. */
export interface UnknownSend {
  readonly sendId: string;
  readonly enrollmentId: string;
  readonly profileId: string;
  readonly step: string;
  readonly occurrence: number;
  readonly message: string;
  readonly purpose: string;
  readonly address: string;
  readonly locale: string;
  readonly body: string;
  readonly creates: number;
  readonly createdAt: Date;
  /** When the first create that may have been accepted began, by the wall clock. */
  readonly submittedWall: Date;
  /** Milliseconds until the end of the grace period; negative when it is over. */
  readonly graceLeftMs: number;
}

/**
 * Makes unknown what was being submitted by a process that is gone: begun by the wall clock longer ago than any create takes. A
 * run that is still open asks again by itself; this is for those that have ended meanwhile. Answers how many.
 */
export async function disownAbandoned(db: Queryable, { lookAfterMs, graceMs }: Look): Promise<number> {
  const { rowCount } = await db.query({
    name: 'unknown-abandoned',
    text: `
      with clock as materialized (select clock_now() as at),
      abandoned as (
        update sends s
        set status = 'unknown', status_at = clock.at,
          settle_at = clock.at + $1::float8 * interval '1 millisecond',
          settle_until = clock.at + $2::float8 * interval '1 millisecond'
        from clock where s.status = 'submitting' and s.submitted_wall < clock_timestamp() - interval '1 minute'
        returning s.send_id, s.profile_id, s.status_at
      )
      insert into send_changes (send_id, profile_id, at, status)
      select send_id, profile_id, status_at, 'unknown' from abandoned`,
    values: [lookAfterMs, graceMs],
  });
  return rowCount ?? 0;
}

/** When the next one is due, up to the next whole millisecond; undefined when no send is unknown. */
export async function nextSettleAt(db: Queryable): Promise<Date | undefined> {
  const { rows } = await db.query<{ at: Date | null }>({
    name: 'unknown-next',
    text: `select date_trunc('milliseconds', min(settle_at) + interval '999 microseconds') as at
           from sends where status = 'unknown'`,
  });
  return rows[0]?.at ?? undefined;
}

export async function findDueUnknown(db: Queryable, limit: number): Promise<UnknownSend[]> {
  const { rows } = await db.query<UnknownSend>({
    name: 'unknown-due',
    text: `${select} where status = 'unknown' and settle_at <= clock_now() order by settle_at limit $1`,
    values: [limit],
  });
  return rows;
}

/** The same one again, if it is still due: for after its turn has been waited for. */
export async function refindDueUnknown(db: Queryable, sendId: string): Promise<UnknownSend | undefined> {
  const { rows } = await db.query<UnknownSend>(
    `${select} where send_id = $1 and status = 'unknown' and settle_at <= clock_now()`,
    [sendId],
  );
  return rows[0];
}

const select = `
  select send_id as "sendId", enrollment_id as "enrollmentId", profile_id as "profileId", step, occurrence, message,
    purpose, address, locale, body, creates, created_at as "createdAt", submitted_wall as "submittedWall",
    (extract(epoch from settle_until - clock_now()) * 1000)::float8 as "graceLeftMs"
  from sends`;

/** Puts the next look off, by so many milliseconds or to the end of the grace period. */
export async function postponeLook(
  db: Queryable,
  send: Pick<UnknownSend, 'sendId' | 'creates'>,
  wait: number | 'grace',
): Promise<void> {
  await db.query(
    `update sends set settle_at = case when $3::float8 is null then settle_until
       else clock_now() + $3::float8 * interval '1 millisecond' end
     where send_id = $1 and creates = $2 and status = 'unknown'`,
    [send.sendId, send.creates, wait === 'grace' ? null : wait],
  );
}

/** Which of the provider's messages belong to a row of the ledger. */
export async function findOwned(db: Queryable, providerSids: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.query<{ sid: string }>(
    'select provider_sid as sid from sends where provider_sid = any($1::text[])',
    [providerSids],
  );
  return new Set(rows.map(({ sid }) => sid));
}

/** Whether the same text is being handed over to the same number for another row: its message has no owner yet. */
export async function hasTwinInFlight(db: Queryable, send: UnknownSend): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from sends
     where profile_id = $1 and address = $2 and body = $3 and send_id <> $4 and status = 'submitting' limit 1`,
    [send.profileId, send.address, send.body, send.sendId],
  );
  return rowCount === 1;
}

/**
 * Runs `work` on a send unless another process does so at this moment; answers whether it ran. The lock is one of the
 * session: no transaction stays open while the provider is asked.
 */
export async function whileMine(
  session: Queryable,
  sendId: string,
  work: () => Promise<void>,
): Promise<boolean> {
  const { rows } = await session.query<{ mine: boolean }>(
    'select pg_try_advisory_lock(hashtextextended($1, 0)) as mine',
    [`settle ${sendId}`],
  );
  if (!rows[0]?.mine) return false;
  try {
    await work();
  } finally {
    await session.query('select pg_advisory_unlock(hashtextextended($1, 0))', [`settle ${sendId}`]);
  }
  return true;
}
