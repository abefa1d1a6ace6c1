import {
  lockCustomerOf,
  lockCustomerOfEnrollment,
  lockCustomerOfSend,
  underLockOfEnrollment,
} from '../../store/customer-lock';
import { type Queryable, tx } from '../../store/database';
import { newId } from '../../store/ids';
import { createCustomer, type Customer, enroll, whileHeld } from '../activities/world';
import { type TestDatabase, testDatabase } from '../support/database';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

/** As a merge does: what belonged to one belongs to the other. */
async function merge(db: Queryable, away: Customer, into: Customer): Promise<void> {
  const ids = [away.profileId, into.profileId];
  await db.query('update profiles set merged_into = $2 where profile_id = $1', ids);
  for (const table of ['enrollments', 'identifiers', 'sends']) {
    await db.query(`update ${table} set profile_id = $2 where profile_id = $1`, ids);
  }
}

async function sendOf(customer: Customer, enrollmentId: string): Promise<string> {
  const sendId = newId();
  await database.pool.query(
    `insert into sends (send_id, enrollment_id, profile_id, journey, step, occurrence, message, purpose, channel, address,
       locale, body, segments, status, created_at, status_at)
     values ($1, $2, $3, 'campaign', 's', 1, 'm', 'marketing', 'sms', $4, 'en', 'b', 1, 'unknown', now(), now())`,
    [sendId, enrollmentId, customer.profileId, customer.phone],
  );
  return sendId;
}

async function isLocked({ profileId }: Customer): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    'select from profiles where profile_id = $1 for update skip locked',
    [profileId],
  );
  return rowCount === 0;
}

describe("a customer's lock", () => {
  it.each(['enrollment', 'send', 'phone'] as const)(
    'that had to wait for a merge, by %s, is had on the one that remains',
    async (by) => {
      const { pool } = database;
      const [away, into] = [await createCustomer(pool), await createCustomer(pool)];
      const enrollmentId = await enroll(pool, away);
      const sendId = await sendOf(away, enrollmentId);
      const locked = await whileHeld(
        pool,
        away,
        () =>
          tx(pool, async (db) => {
            if (by === 'enrollment') return lockCustomerOfEnrollment(db, enrollmentId);
            return by === 'send' ? lockCustomerOfSend(db, sendId) : lockCustomerOf(db, 'phone', away.phone);
          }),
        (db) => merge(db, away, into),
      );
      expect(locked).toBe(into.profileId);
    },
  );

  it('that had to wait for a merge is had before what is decided by is read', async () => {
    const { pool } = database;
    const [away, into] = [await createCustomer(pool), await createCustomer(pool)];
    const enrollmentId = await enroll(pool, away);
    const lockedAtRead: boolean[] = [];
    await whileHeld(
      pool,
      away,
      () =>
        tx(pool, (db) =>
          underLockOfEnrollment(db, enrollmentId, async () => {
            await db.query('select 1');
            lockedAtRead.push(await isLocked(into));
          }),
        ),
      (db) => merge(db, away, into),
    );
    expect(lockedAtRead).toEqual([false, true]);
  });

  it('of a number that moved to somebody else meanwhile is had on that one', async () => {
    const { pool } = database;
    const [former, owner] = [await createCustomer(pool), await createCustomer(pool)];
    const locked = await whileHeld(
      pool,
      former,
      () => tx(pool, (db) => lockCustomerOf(db, 'phone', former.phone)),
      (db) =>
        db.query('update identifiers set profile_id = $2 where value = $1', [former.phone, owner.profileId]),
    );
    expect(locked).toBe(owner.profileId);
  });

  it('of nobody is none', async () => {
    await tx(database.pool, async (db) => {
      expect(await lockCustomerOfEnrollment(db, newId())).toBeUndefined();
      expect(await lockCustomerOf(db, 'phone', '+12125550999')).toBeUndefined();
    });
  });
});
