import { tx } from '../../store/database';
import { ensurePartition } from '../../store/partitions';
import { type TestDatabase, testDatabase } from '../support/database';
import { eventually } from '../support/eventually';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

async function partitions(): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'events'::regclass order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** Resolves when another session waits for what somebody else is making. */
const someoneWaits = () =>
  eventually(async () => {
    const { rowCount } = await database.pool.query(
      `select from pg_locks where locktype = 'advisory' and not granted
         and database = (select oid from pg_database where datname = current_database())`,
    );
    return rowCount === 1;
  });

describe('the month of a partitioned table', () => {
  it.each([
    [
      'is made once, by the first of two sessions that need it at the same time',
      new Date('2031-05-20'),
      false,
    ],
    ['is made by the second where the first is rolled back', new Date('2031-06-20'), true],
  ])('%s', async (_, at, rollsBack) => {
    const before = await partitions();
    let second: Promise<void> | undefined;
    const first = tx(database.pool, async (client) => {
      await ensurePartition(client, 'events', at);
      second = tx(database.pool, (other) => ensurePartition(other, 'events', at));
      await someoneWaits();
      if (rollsBack) throw new Error('rolled back');
    });
    if (rollsBack) await expect(first).rejects.toThrow('rolled back');
    else await first;
    await second;
    expect((await partitions()).length).toBe(before.length + 1);
  });

  it('is made once by twenty who race', async () => {
    const before = await partitions();
    const at = new Date('2031-07-20');
    await Promise.all(
      Array.from({ length: 20 }, () => tx(database.pool, (client) => ensurePartition(client, 'events', at))),
    );
    expect((await partitions()).length).toBe(before.length + 1);
  });
});
