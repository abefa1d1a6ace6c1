import { type Queryable, type Statement, tx } from '../../store/database';
import { listEnrollments } from '../../store/enrollment-list';
import { listOutcomes } from '../../store/outcome-list';
import { repointProfiles } from '../../store/profile-merges';
import { listRefusals } from '../../store/refusal-list';
import { listSends } from '../../store/send-list';
import { type TestDatabase, testDatabase } from '../support/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

it('whatever is of a customer is found by the customer', async () => {
  const { rows } = await database.pool.query<{ table: string }>(
    `select c.relname as table from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'profile_id'
     where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
       and not exists (
         select from pg_index i where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indpred is null)
     order by 1`,
  );
  // What has still to be told is found by its lane; what could not be is a handful of rows.
  expect(rows.map(({ table }) => table)).toEqual(['outbox', 'outbox_set_aside']);
});

it('what a merge moves of the outbox is found by its lane', async () => {
  const ids = ['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002'] as const;
  const plan = await planOf((db) => repointProfiles(db, [{ from: ids[0], to: ids[1] }]));
  expect(plan.match(/Seq Scan on \w+/g)).toEqual(['Seq Scan on outbox_set_aside']);
});

it.each<[string, (db: Queryable) => Promise<unknown>]>([
  ['enrollments', (db) => listEnrollments(db, { limit: 101 })],
  ['enrollments of a journey', (db) => listEnrollments(db, { journey: 'j', limit: 101 })],
  ['refusals', (db) => listRefusals(db, { limit: 101 })],
  ['refusals of a journey', (db) => listRefusals(db, { journey: 'j', limit: 101 })],
  ['sends', (db) => listSends(db, { limit: 101 })],
  ['sends of a journey', (db) => listSends(db, { journey: 'j', limit: 101 })],
  ['outcomes', (db) => listOutcomes(db, { limit: 101 })],
  ['outcomes of a journey', (db) => listOutcomes(db, { journey: 'j', limit: 101 })],
])('a page of all %s is read in its order, however many there are', async (_, list) => {
  expect(await planOf(list, ['bitmapscan', 'sort'])).not.toMatch(/Seq Scan|Sort/);
});

/** How the statements that `work` makes would be carried out, were reading a table from end to end, and `off`, too dear. */
async function planOf(
  work: (db: Queryable) => Promise<unknown>,
  off: readonly string[] = [],
): Promise<string> {
  const plans: string[] = [];
  await tx(
    database.pool,
    async (client) => {
      for (const way of off) await client.query(`set local enable_${way} = off`);
      const query = async (given: string | Statement, values?: unknown[]) => {
        const statement = typeof given === 'string' ? { text: given, ...(values && { values }) } : given;
        const text = `explain (costs off) ${statement.text}`;
        const { rows } = await client.query<{ 'QUERY PLAN': string }>({
          text,
          values: statement.values ?? [],
        });
        plans.push(...rows.map((row) => row['QUERY PLAN']));
        return { rows: [], rowCount: 0 };
      };
      await work({ query: query as unknown as Queryable['query'] });
    },
    { byIndex: true },
  );
  return plans.join('\n');
}
