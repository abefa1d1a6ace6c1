import type { Queryable } from '../../store/database';
import { findDecision } from '../../store/decision-search';
import { dropPartitions, ensurePartition } from '../../store/partitions';
import { createCustomer, enroll } from '../activities/world';
import { type TestDatabase, testDatabase } from '../support/database';

let database: TestDatabase;
let profileId: string;

/** A customer's three decisions a year and a half apart, among twenty thousand of others. */
beforeAll(async () => {
  database = await testDatabase();
  const { pool } = database;
  const others = await createCustomer(pool);
  const customer = await createCustomer(pool);
  ({ profileId } = customer);
  const enrollments = [await enroll(pool, others), await enroll(pool, customer)];
  const add = (whose: number, from: string, count: number) =>
    pool.query(
      `insert into decisions (profile_id, enrollment_id, step, occurrence, message, verdict, checks, at)
       select case when $1 = 1 then $2::uuid else gen_random_uuid() end, $3, 's', n, 'm' || n, 'send', '[]',
         $4::timestamptz + n * interval '1 second' from generate_series(1, $5::int) n`,
      [whose, profileId, enrollments[whose], from, count],
    );
  for (const month of ['2026-01', '2026-12', '2027-01', '2027-02', '2027-03']) {
    await ensurePartition(pool, 'decisions', new Date(`${month}-01`));
  }
  for (const month of ['2026-12', '2027-01', '2027-02', '2027-03']) await add(0, `${month}-02`, 5_000);
  for (const month of ['2026-01', '2027-01', '2027-02']) await add(1, `${month}-03`, 1);
  await pool.query('analyze decisions');
});
afterAll(() => database.drop());

const last = (at: string, message?: string, db: Queryable = database.pool) =>
  findDecision(db, { profileId, at: new Date(at), message });

it('finds the last decision by an instant, of any message or of one', async () => {
  expect((await last('2027-03-10'))?.at.toISOString()).toBe('2027-02-03T00:00:01.000Z');
  expect((await last('2027-02-03T00:00:00Z'))?.at.toISOString()).toBe('2027-01-03T00:00:01.000Z');
  expect((await last('2027-03-10', 'm1'))?.message).toBe('m1');
  expect(await last('2027-03-10', 'another')).toBeUndefined();
});

it('finds it by index in every month, and reads none of them through', async () => {
  const plans: string[] = [];
  const explaining: Queryable = {
    query: async (statement, values) => {
      const { text, values: given } = typeof statement === 'string' ? { text: statement, values } : statement;
      const explained = await database.pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, given ?? []);
      plans.push(explained.rows.map((row) => row['QUERY PLAN']).join('\n'));
      return { ...explained, rows: [] };
    },
  };
  await last('2027-03-10', 'm1', explaining);
  expect(plans.join()).toMatch(/Index Scan Backward using decisions_2027_02_profile_id_at_seq_idx/);
  expect(plans.join()).not.toMatch(/Seq Scan on decisions/);
});

it('drops the months that ended before thirteen of them, and no other', async () => {
  expect(await dropPartitions(database.pool, 'decisions', new Date('2026-12-01'))).toBe(1);
  expect(await dropPartitions(database.pool, 'decisions', new Date('2026-12-31'))).toBe(0);
  expect((await last('2026-12-31'))?.at).toBeUndefined();
  expect((await last('2027-03-10'))?.at.toISOString()).toBe('2027-02-03T00:00:01.000Z');
});
