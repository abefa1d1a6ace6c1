import type { Queryable } from './database';

/** A lock as it is taken: for a customer, in half-open time. */
export interface NewLock {
  readonly profileId: string;
  readonly journey: string;
  readonly enrollmentId: string;
  readonly priority: number;
  readonly from: Date;
  readonly until: Date;
}

/**
 * Takes a lock. Call it under the customer's lock, having seen that they are free: the database refuses one that
 * overlaps another.
 */
export async function takeLock(tx: Queryable, lock: NewLock): Promise<void> {
  await tx.query({
    name: 'lock-take',
    text: `insert into locks (profile_id, journey, enrollment_id, priority, held)
           values ($1, $2, $3, $4, tstzrange($5, $6))`,
    values: [lock.profileId, lock.journey, lock.enrollmentId, lock.priority, lock.from, lock.until],
  });
}

/** A lock that has not been overruled. */
export interface LockRow {
  readonly lockId: number;
  readonly profileId: string;
  readonly enrollmentId: string;
  readonly from: Date;
  readonly until: Date;
}

export async function findLocks(tx: Queryable, profileIds: readonly string[]): Promise<LockRow[]> {
  if (profileIds.length === 0) return [];
  const { rows } = await tx.query<LockRow>({
    name: 'locks-find',
    text: `select lock_id as "lockId", profile_id as "profileId", enrollment_id as "enrollmentId",
             lower(held) as "from", upper(held) as until
           from locks where profile_id = any($1::uuid[]) and overruled_at is null`,
    values: [profileIds],
  });
  return rows;
}

/** The customer turned out to be held by an earlier one all along. */
export async function overruleLocks(tx: Queryable, lockIds: readonly number[], at: Date): Promise<void> {
  if (lockIds.length === 0) return;
  await tx.query({
    name: 'locks-overrule',
    text: 'update locks set overruled_at = $2 where lock_id = any($1::bigint[])',
    values: [lockIds, at],
  });
}
