import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, migrationsFolder } from '../../store/migrate';
import { emptyDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await emptyDatabase();
  folder = await mkdtemp(join(tmpdir(), 'migrations-'));
});

afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

test('brings an empty database up to the newest file of the package', async () => {
  const files = (await readdir(migrationsFolder())).filter((name) => name.endsWith('.sql')).sort();

  const applied = await migrate(database.url);

  expect(applied.map(({ name }) => name)).toEqual(files);
  expect(await names('select name from schema_migrations order by name')).toEqual(files);
  expect(await names('select clock_now()::text as name')).toHaveLength(1);
});

test('applies nothing the second time', async () => {
  await migrate(database.url);

  expect(await migrate(database.url)).toEqual([]);
});

test('applies each file once when several runs start together', async () => {
  await write('0001-counter.sql', 'create table counter (n int); insert into counter values (0)');
  await write('0002-count.sql', 'update counter set n = n + 1');

  const runs = await Promise.all([1, 2, 3].map(() => migrate(database.url, { folder })));

  expect(
    runs
      .flat()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['0001-counter.sql', '0002-count.sql']);
  expect(await names('select n::text as name from counter')).toEqual(['1']);
});

test('tells of each file it applies, and of no other', async () => {
  await write('0001-first.sql', 'select 1');
  const lines: string[] = [];

  await migrate(database.url, { folder, log: (line) => lines.push(line) });
  await write('0002-second.sql', 'select 2');
  await migrate(database.url, { folder, log: (line) => lines.push(line) });

  expect(lines).toEqual([
    expect.stringMatching(/^migrated 0001-first\.sql in \d+ ms$/),
    expect.stringMatching(/^migrated 0002-second\.sql in \d+ ms$/),
  ]);
});

test('refuses a file that was edited after it was applied, and applies nothing else', async () => {
  await write('0001-first.sql', 'create table first ()');
  await migrate(database.url, { folder });
  await write('0001-first.sql', 'create table first (changed int)');
  await write('0002-second.sql', 'create table second ()');

  await expect(migrate(database.url, { folder })).rejects.toMatchObject({
    code: 'MIGRATION_EDITED',
    message: expect.stringContaining('0001-first.sql'),
  });
  expect(await tables()).not.toContain('second');
});

test('does not take other line ends for an edit', async () => {
  await write('0001-first.sql', 'create table first (\n)');
  await migrate(database.url, { folder });
  await write('0001-first.sql', 'create table first (\r\n)');

  expect(await migrate(database.url, { folder })).toEqual([]);
});

test('refuses a new file numbered below one that was applied', async () => {
  await write('0002-second.sql', 'create table second ()');
  await migrate(database.url, { folder });
  await write('0001-first.sql', 'create table first ()');

  await expect(migrate(database.url, { folder })).rejects.toMatchObject({ code: 'MIGRATION_OUT_OF_ORDER' });
  expect(await tables()).not.toContain('first');
});

test.each([
  ['a name without a number', ['first.sql']],
  ['a name in upper case', ['0001-First.sql']],
  ['two files of one number', ['0001-first.sql', '0001-other.sql']],
])('refuses %s', async (_, files) => {
  for (const file of files) await write(file, 'select 1');

  await expect(migrate(database.url, { folder })).rejects.toMatchObject({ code: 'MIGRATION_BAD_NAME' });
});

test('undoes a file that fails, keeps those before it, and goes on from there once it is mended', async () => {
  await write('0001-first.sql', 'create table first ()');
  await write('0002-second.sql', 'create table second (); select 1 / 0');

  await expect(migrate(database.url, { folder })).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringContaining('0002-second.sql failed: division by zero'),
  });
  expect(await tables()).toContain('first');
  expect(await tables()).not.toContain('second');

  await write('0002-second.sql', 'create table second ()');
  expect((await migrate(database.url, { folder })).map(({ name }) => name)).toEqual(['0002-second.sql']);
});

test('builds an index concurrently in a file without a transaction, while another run waits', async () => {
  await write('0001-first.sql', 'create table first (id int)');
  await write('0002-index.sql', '-- no-transaction\ncreate index concurrently first_id on first (id)');

  await Promise.all([migrate(database.url, { folder }), migrate(database.url, { folder })]);

  expect(await names(`select indexname as name from pg_indexes where tablename = 'first'`)).toEqual([
    'first_id',
  ]);
});

test('says so when another run keeps the lock', async () => {
  await write('0001-slow.sql', 'select pg_advisory_xact_lock(1)');
  const holder = await database.pool.connect();
  await holder.query('select pg_advisory_lock(1)');
  const slow = migrate(database.url, { folder });
  await eventually(() =>
    names(`select pid::text as name from pg_locks where not granted and locktype = 'advisory'`).then(
      (n) => n[0],
    ),
  );

  await expect(migrate(database.url, { folder, lockTimeout: 0 })).rejects.toMatchObject({
    code: 'MIGRATION_LOCKED',
  });

  await holder.query('select pg_advisory_unlock(1)');
  holder.release();
  expect(await slow).toHaveLength(1);
});

function write(name: string, sql: string): Promise<void> {
  return writeFile(join(folder, name), sql);
}

function tables(): Promise<string[]> {
  return names(`select tablename as name from pg_tables where schemaname = 'public'`);
}

async function names(statement: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(statement);
  return rows.map(({ name }) => name);
}
