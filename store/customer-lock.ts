import type { Queryable, Statement } from './database';

/**
 * Locks the customer that an enrollment belongs to, for the rest of the transaction, and answers the profile's id;
 * undefined when there is no such enrollment. Read what you decide by in statements after this one: those see what
 * the transaction that held the lock before has committed.
 */
export async function lockCustomerOfEnrollment(
  tx: Queryable,
  enrollmentId: string,
): Promise<string | undefined> {
  return lock(tx, byEnrollment(enrollmentId));
}

/** The same, and what `read` reads of the customer in the statement behind it, with which it goes out. */
export async function underLockOfEnrollment<T>(
  tx: Queryable,
  enrollmentId: string,
  read: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const [locked, found] = await Promise.all([tx.query<LockedCustomer>(byEnrollment(enrollmentId)), read()]);
    // Of one who was merged away while we waited, the other has yet to be locked.
    if (!locked.rows[0]?.moved) return found;
  }
}

function byEnrollment(enrollmentId: string): Statement {
  return {
    name: 'customer-lock-by-enrollment',
    text: `select p.profile_id as "profileId", p.merged_into is not null as moved
           from enrollments e join profiles p on p.profile_id = e.profile_id
           where e.enrollment_id = $1 for update of p`,
    values: [enrollmentId],
  };
}

/** The same for the customer a send went to. */
export async function lockCustomerOfSend(tx: Queryable, sendId: string): Promise<string | undefined> {
  return lock(tx, {
    name: 'customer-lock-by-send',
    text: `select p.profile_id as "profileId", p.merged_into is not null as moved
           from sends s join profiles p on p.profile_id = s.profile_id
           where s.send_id = $1 for update of p`,
    values: [sendId],
  });
}

/** The same for the customer who has an identifier; undefined when nobody has it. */
export async function lockCustomerOf(
  tx: Queryable,
  type: string,
  value: string,
): Promise<string | undefined> {
  const owner = {
    text: `select p.profile_id as "profileId", p.merged_into is not null as moved
           from identifiers i join profiles p on p.profile_id = i.profile_id
           where i.type = $1 and i.value = $2 for update of p`,
    values: [type, value],
  };
  for (;;) {
    const locked = await lock(tx, owner);
    // While we waited the identifier may have moved to someone else.
    if ((await lock(tx, owner)) === locked) return locked;
  }
}

/**
 * Opens a statement that writes for an enrollment in one round trip: `run` holds the enrollment $1, if it is open, as
 * it is once the customer's lock is had. It is empty too when a merge moved the enrollment while the statement waited;
 * see {@link whileOpen}.
 */
export const lockedOpenRun = `
  with customer as materialized (
    select p.profile_id from enrollments e join profiles p on p.profile_id = e.profile_id
    where e.enrollment_id = $1 for update of p
  ),
  run as materialized (
    select e.enrollment_id, e.profile_id, e.journey, e.version, e.key
    from customer join enrollments e on e.profile_id = customer.profile_id
    where e.enrollment_id = $1 and e.status = 'open' for no key update of e
  )`;

/** Runs a statement of {@link lockedOpenRun} until it answers something, or the enrollment is over. */
export async function whileOpen<T>(
  db: Queryable,
  enrollmentId: string,
  attempt: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (;;) {
    const done = await attempt();
    if (done !== undefined) return done;
    const { rowCount } = await db.query(
      `select from enrollments where enrollment_id = $1 and status = 'open'`,
      [enrollmentId],
    );
    if (rowCount === 0) return undefined;
  }
}

/** What was merged away while we waited for its lock is looked up again: everything of it has moved by then. */
async function lock(tx: Queryable, statement: Statement): Promise<string | undefined> {
  for (;;) {
    const { rows } = await tx.query<LockedCustomer>(statement);
    const [row] = rows;
    if (!row?.moved) return row?.profileId;
  }
}

interface LockedCustomer {
  readonly profileId: string;
  readonly moved: boolean;
}
