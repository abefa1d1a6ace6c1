import { eventsOf } from '../../bench/ingest/mixes';
import { bookmark, insertRaw, rowsSince } from '../../bench/ingest/raw-inserts';
import { applyEvents, type AcceptedEvent } from '../../ingest';
import { shippedProject } from '../../project/project';
import { type Database } from '../../store/database';
import { ensurePartition } from '../../store/partitions';
import { type TestDatabase, testDatabase } from '../support/database';

const project = shippedProject();
let ours: TestDatabase;
let raw: TestDatabase;

beforeAll(async () => {
  [ours, raw] = await Promise.all([testDatabase(), testDatabase()]);
  await ensurePartition(raw.pool, 'events', new Date());
});

afterAll(async () => {
  await Promise.all([ours.drop(), raw.drop()]);
});

it('inserts the very rows that ingest wrote, in transactions of the same rows', async () => {
  const mark = await bookmark(ours.pool);
  await applyEvents(ours.pool, project, newCustomers(30));
  await applyEvents(ours.pool, project, newCustomers(20));
  const batches = await rowsSince(ours.pool, mark);
  expect(batches.map((batch) => batch.get('events')?.length).sort()).toEqual([20, 30]);

  await insertRaw(raw.pool, batches, 2);
  for (const table of ['profiles', 'identifiers', 'message_ids', 'events', 'identity_changes']) {
    const rows = await allOf(ours.pool, table);
    expect(rows.length).toBeGreaterThanOrEqual(50);
    expect(await allOf(raw.pool, table)).toEqual(rows);
  }
});

it('writes the last version of a customer who was there before', async () => {
  const customers = newCustomers(20);
  const again = customers.map((event, at) => ({
    ...event,
    messageId: `again-${at}`,
    traits: { plan: 'silver' },
  }));
  let mark = await bookmark(ours.pool);
  await applyEvents(ours.pool, project, customers);
  await insertRaw(raw.pool, await rowsSince(ours.pool, mark), 2);
  mark = await bookmark(ours.pool);
  await applyEvents(ours.pool, project, again);
  const changed = await rowsSince(ours.pool, mark);
  expect(changed.map((batch) => batch.get('profiles changed')?.length)).toEqual([20]);

  await insertRaw(raw.pool, changed, 2);
  expect(await allOf(raw.pool, 'profiles')).toEqual(await allOf(ours.pool, 'profiles'));
});

it('leaves out what was there before', async () => {
  expect(await rowsSince(ours.pool, await bookmark(ours.pool))).toEqual([]);
});

function newCustomers(count: number): AcceptedEvent[] {
  return eventsOf('new customers', count).map(
    ({ timestamp, ...event }) =>
      ({
        ...event,
        source: 'test',
        originalTimestamp: new Date(String(timestamp)),
      }) as unknown as AcceptedEvent,
  );
}

async function allOf(db: Database, table: string): Promise<string[]> {
  const { rows } = await db.query<{ row: string }>(
    `select to_json(t)::text as row from ${table} t order by 1`,
  );
  return rows.map(({ row }) => row);
}
