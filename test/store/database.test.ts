import { type AddressInfo, createServer } from 'node:net';
import { isUnavailable, isUniqueViolation } from '../../store/database-errors';
import { openDatabase, tx } from '../../store/database';
import { emptyDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';

let database: TestDatabase;

beforeAll(async () => {
  database = await emptyDatabase();
  await database.pool.query('create table counter (id int primary key, n int not null)');
});

afterAll(() => database.drop());

beforeEach(async () => {
  await database.pool.query('truncate counter');
  await database.pool.query('insert into counter values (1, 0), (2, 0)');
});

describe('what a query answers', () => {
  test('reads counts as numbers, instants as Dates and dates as text', async () => {
    const { rows } = await database.pool.query(
      `select count(*) as count, 9007199254740991::int8 as big, array[1, null]::int8[] as list,
        timestamptz '2026-03-08 02:30-05' as at, date '2026-03-08' as day, 1.10::numeric as amount`,
    );

    expect(rows).toEqual([
      {
        count: 1,
        big: Number.MAX_SAFE_INTEGER,
        list: [1, null],
        at: new Date('2026-03-08T07:30:00Z'),
        day: '2026-03-08',
        amount: '1.10',
      },
    ]);
  });

  test('never rounds a number that is too large', async () => {
    await expect(database.pool.query('select 9007199254740993::int8')).rejects.toThrow(RangeError);
  });
});

describe('a transaction', () => {
  test('commits what was done, and hands on what was answered', async () => {
    const answer = await tx(database.pool, async (client) => {
      await client.query('update counter set n = 7 where id = 1');
      return 'done';
    });

    expect(answer).toBe('done');
    expect(await counters()).toEqual([7, 0]);
  });

  test('undoes everything when something in it throws, and throws it on', async () => {
    const broken = tx(database.pool, async (client) => {
      await client.query('update counter set n = 7 where id = 1');
      throw new Error('no');
    });

    await expect(broken).rejects.toThrow('no');
    expect(await counters()).toEqual([0, 0]);
  });

  test('carries out statements that go out together in their order, and none of them when one fails', async () => {
    const together = (last: string) =>
      tx(database.pool, (client) =>
        Promise.all([
          client.query('update counter set n = 7 where id = 1'),
          client.query({
            name: 'copy',
            text: 'update counter set n = (select n from counter where id = 1) where id = 2',
          }),
          client.query(last),
        ]),
      );

    await expect(together('insert into counter values (1, 0)')).rejects.toMatchObject({ code: '23505' });
    expect(await counters()).toEqual([0, 0]);
    await together('insert into counter values (3, 9)');
    expect(await counters()).toEqual([7, 7, 9]);
  });

  test('finds rows by index only where that is asked for, and the next one does as usual', async () => {
    const scans = async (byIndex: boolean) =>
      tx(
        database.pool,
        async (client) => {
          const { rows } = await client.query<{ enable_seqscan: string }>('show enable_seqscan');
          return rows[0]?.enable_seqscan;
        },
        { byIndex },
      );

    expect(await scans(true)).toBe('off');
    expect(await scans(false)).toBe('on');
  });

  test('runs again after a serialization failure, so that no increment is lost', async () => {
    const increment = () =>
      tx(
        database.pool,
        async (client) => {
          const { rows } = await client.query<{ n: number }>('select n from counter where id = 1');
          await client.query('update counter set n = $1 where id = 1', [(rows[0]?.n ?? 0) + 1]);
        },
        { isolation: 'serializable', retries: 50 },
      );

    await Promise.all([1, 2, 3, 4, 5, 6].map(increment));

    expect(await counters()).toEqual([6, 0]);
  });

  test('runs again after a deadlock', async () => {
    let meeting = 2;
    const cross = (first: number, second: number) =>
      tx(database.pool, async (client) => {
        await client.query('update counter set n = n + 1 where id = $1', [first]);
        // The first time both have taken their row before either asks for the other's.
        meeting--;
        await eventually(() => meeting <= 0);
        await client.query('update counter set n = n + 1 where id = $1', [second]);
      });

    await Promise.all([cross(1, 2), cross(2, 1)]);

    expect(await counters()).toEqual([2, 2]);
  });

  test('gives up after its retries, and says that it may be tried again', async () => {
    let attempts = 0;
    const hopeless = tx(
      database.pool,
      async (client) => {
        attempts++;
        await client.query(`do $$ begin raise exception using errcode = '40001'; end $$`);
      },
      { retries: 2 },
    );

    await expect(hopeless).rejects.toMatchObject({ code: 'TRANSACTION_CONFLICT' });
    expect(attempts).toBe(3);
  });

  test('does not run again what failed for another reason', async () => {
    let attempts = 0;
    const failing = tx(database.pool, async (client) => {
      attempts++;
      await client.query('insert into counter values (1, 0)');
    });

    await expect(failing).rejects.toMatchObject({ code: '23505' });
    expect(attempts).toBe(1);
  });

  test('survives the loss of its connection between two queries, and the pool goes on', async () => {
    const cut = tx(database.pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await eventually(async () => (await backends(rows[0]?.pid)) === 0);
      await client.query('select 1');
    });

    expect(isUnavailable(await failure(cut))).toBe(true);
    expect(await counters()).toEqual([0, 0]);
  });

  test('survives a server that dies in the moment in which it lets one in', async () => {
    const dying = createServer((socket) => socket.once('data', () => socket.end(welcomeAndDie)));
    await new Promise<void>((resolve) => dying.listen(0, '127.0.0.1', resolve));
    const { port } = dying.address() as AddressInfo;
    const pool = openDatabase(`postgres://someone@127.0.0.1:${port}/db`);
    try {
      expect(isUnavailable(await failure(tx(pool, (client) => client.query('select 1'))))).toBe(true);
    } finally {
      await pool.end();
      dying.close();
    }
  });
});

describe('an error', () => {
  test('tells a unique violation, by the name of the constraint', async () => {
    const error = await failure(database.pool.query('insert into counter values (1, 0)'));

    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'counter_pkey')).toBe(true);
    expect(isUniqueViolation(error, 'other_key')).toBe(false);
    expect(isUnavailable(error)).toBe(false);
  });

  test('tells that nobody listens', async () => {
    const away = openDatabase('postgres://127.0.0.1:1/nowhere');

    expect(isUnavailable(await failure(away.query('select 1')))).toBe(true);
    await away.end();
  });

  test('tells that every connection is in use', async () => {
    const small = openDatabase(database.url, { max: 1, connectTimeout: 1_000 });
    const client = await small.connect();

    expect(isUnavailable(await failure(small.query('select 1')))).toBe(true);
    client.release();
    await small.end();
  });
});

/** What a server says that lets a client in, is ready for a query, and loses its postmaster. */
const welcomeAndDie = Buffer.concat([
  message('R', Buffer.alloc(4)),
  message('Z', Buffer.from('I')),
  message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0')),
]);

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

async function counters(): Promise<number[]> {
  const { rows } = await database.pool.query<{ n: number }>('select n from counter order by id');
  return rows.map(({ n }) => n);
}

async function backends(pid: number | undefined): Promise<number> {
  const { rowCount } = await database.pool.query('select 1 from pg_stat_activity where pid = $1', [pid]);
  return rowCount ?? 0;
}

function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('It did not fail');
    },
    (error: unknown) => error,
  );
}
