import { ensurePartition } from '../../store/partitions';
import { keepHouse } from '../../worker/house-keeping';
import { type TestDatabase, testDatabase } from '../support/database';

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

const at = (instant: string) => database.pool.query('update clock set held_at = $1', [instant]);
async function months(parent: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ month: string }>(
    `select right(c.relname, 7) as month from pg_inherits join pg_class c on c.oid = inhrelid
     where inhparent = to_regclass($1) order by 1`,
    [parent],
  );
  return rows.map(({ month }) => month);
}

it('makes the month that is and the next ahead of time, and drops decisions after thirteen', async () => {
  const { pool } = database;
  for (const month of ['2025-12', '2026-01']) {
    for (const parent of ['events', 'decisions'] as const) {
      await ensurePartition(pool, parent, new Date(`${month}-15`));
    }
  }
  await at('2027-02-28T23:59:59.999Z');
  await keepHouse(pool);
  expect(await months('decisions')).toEqual(['2026_01', '2027_02', '2027_03']);
  expect(await months('events')).toEqual(['2025_12', '2026_01', '2027_02', '2027_03']);
  await at('2027-03-01T00:00:00Z');
  await keepHouse(pool);
  expect(await months('decisions')).toEqual(['2027_02', '2027_03', '2027_04']);
});

it('lets somebody read decisions at length: what is old goes later, and all else is done meanwhile', async () => {
  const { pool } = database;
  await ensurePartition(pool, 'decisions', new Date('2025-12-15'));
  await pool.query(`insert into message_ids values ('old', '2026-12-01')`);
  await at('2027-02-15T12:00:00Z');
  const reader = await pool.connect();
  try {
    await reader.query('begin');
    await reader.query('select from decisions limit 1');
    await keepHouse(pool);
    expect(await months('decisions')).toEqual(['2025_12', '2027_02', '2027_03']);
    expect((await pool.query('select from message_ids')).rowCount).toBe(0);
  } finally {
    await reader.query('rollback');
    reader.release();
  }
  await keepHouse(pool);
  expect(await months('decisions')).toEqual(['2027_02', '2027_03']);
});
