import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { Registry } from 'prom-client';
import { openDatabase } from '../../store/database';
import { type Dispatcher, type DispatcherOptions, startDispatcher } from '../../worker/dispatcher/dispatcher';
import { cuttableProxy } from '../support/cuttable-proxy';
import { type TestDatabase, testDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { nativeConnection, quietRuntime, temporalAddress } from '../support/temporal';
import {
  type Customer,
  enrolled,
  eventRow,
  outboxIsEmpty,
  recorderWorker,
  silent,
  startRow,
  toldTo,
  withoutRepetitions,
  write,
} from './support';

let database: TestDatabase;
let connection: NativeConnection;
let client: Client;
let worker: { stop(): Promise<void> };
const taskQueue = `dispatcher-faults-${randomUUID()}`;
const dispatchers: Dispatcher[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  quietRuntime();
  database = await testDatabase();
  connection = await nativeConnection();
  client = new Client({ connection });
  worker = await recorderWorker(connection, taskQueue);
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.stop()));
  await database.pool.query('truncate outbox, outbox_set_aside');
});

afterAll(async () => {
  await worker.stop();
  await connection.close();
  await database.drop();
});

function dispatch(options: Partial<DispatcherOptions> = {}): Dispatcher {
  const dispatcher = startDispatcher({
    db: database.pool,
    client,
    connection,
    taskQueue,
    registry: new Registry(),
    log: silent,
    leaseMs: 2_000,
    ...options,
  });
  dispatchers.push(dispatcher);
  return dispatcher;
}

/** A dispatcher in another process, to be killed without notice. */
function dispatchApart(): ChildProcess {
  const child = spawn(
    process.execPath,
    [
      require.resolve('../support/run-typescript'),
      require.resolve('./fixtures/dispatch'),
      database.url,
      temporalAddress(),
      taskQueue,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  children.push(child);
  return child;
}

async function lanesByOwner(): Promise<number[]> {
  const { rows } = await database.pool.query<{ lanes: number }>(
    'select count(*)::int as lanes from outbox_lanes where owner is not null group by owner order by 1',
  );
  return rows.map((row) => row.lanes);
}

async function lanesAre(expected: readonly number[]): Promise<true> {
  expect(await lanesByOwner()).toEqual(expected);
  return true;
}

const customers = (count: number) =>
  Promise.all(Array.from({ length: count }, () => enrolled(database.pool)));
const delivered = () => eventually(() => outboxIsEmpty(database.pool), { timeout: 30_000 });

async function writeAll(to: readonly Customer[], seqs: readonly number[]): Promise<void> {
  await Promise.all(
    to.map(async (customer) => {
      if (seqs[0] === 1) await write(database.pool, customer, 'start', startRow(customer));
      for (const seq of seqs) await write(database.pool, customer, 'event', eventRow(seq));
    }),
  );
}

describe('several dispatchers', () => {
  it('share the lanes evenly, and one takes over when the other stops', async () => {
    const first = dispatch();
    await eventually(() => lanesAre([64]));
    dispatch();
    await eventually(() => lanesAre([32, 32]));
    dispatch();
    await eventually(() => lanesAre([20, 22, 22]));
    await first.stop();
    await eventually(() => lanesAre([32, 32]));
  });

  it('deliver each row once and in order while lanes change hands', async () => {
    const all = await customers(30);
    dispatch();
    const writing = writeAll(all, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    const second = dispatch();
    await eventually(() => lanesAre([32, 32]));
    await second.stop();
    await writing;
    await delivered();
    for (const customer of all) {
      expect(await toldTo(client, customer)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    }
  });

  it('lose nothing and keep the order when one of them is killed in the middle', async () => {
    const all = await customers(40);
    const child = dispatchApart();
    await eventually(() => lanesAre([64]));
    const writing = writeAll(all, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await eventually(async () => {
      const { rows } = await database.pool.query<{ next: number }>(
        'select min(outbox_id)::int as next from outbox',
      );
      return (rows[0]?.next ?? 0) > 20;
    });
    child.kill('SIGKILL');
    await writing;
    expect(await outboxIsEmpty(database.pool)).toBe(false);
    dispatch();
    await delivered();
    for (const customer of all) {
      expect(withoutRepetitions(await toldTo(client, customer))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
  });
});

describe('while Temporal is away', () => {
  it('keeps everything without counting it against any row, and delivers it in order afterwards', async () => {
    const proxy = await cuttableProxy(temporalAddress());
    const fragile = await NativeConnection.connect({ address: proxy.address });
    const registry = new Registry();
    const dispatcher = dispatch({
      connection: fragile,
      client: new Client({ connection: fragile }),
      registry,
    });
    try {
      const all = await customers(20);
      await writeAll(all, [1]);
      await delivered();
      proxy.cut();
      await writeAll(all, [2]);
      await writeAll(all, [3]);
      const newcomers = await customers(20);
      await writeAll(newcomers, [1, 2, 3]);
      // The SDK tries for some ten seconds before it lets us know.
      const failures = () => registry.getSingleMetric('dispatch_failures_total')?.get();
      await eventually(
        async () => ((await failures())?.values[0]?.value ?? 0) >= all.length + newcomers.length,
        { timeout: 40_000 },
      );
      expect(await attemptsCounted()).toBe(0);
      const waiting = async (metric: string) =>
        (await registry.getSingleMetric(metric)?.get())?.values[0]?.value;
      expect(await waiting('outbox_rows')).toBe(2 * all.length + 4 * newcomers.length);
      expect(await waiting('outbox_oldest_seconds')).toBeGreaterThan(0);
      proxy.restore();
      await delivered();
      for (const customer of [...all, ...newcomers]) {
        expect(withoutRepetitions(await toldTo(client, customer))).toEqual([1, 2, 3]);
      }
    } finally {
      await dispatcher.stop();
      await fragile.close();
      await proxy.close();
    }
  });
});

describe('while Postgres is away', () => {
  it('takes its lanes up again and delivers, in order, what had been written meanwhile', async () => {
    const { host } = new URL(database.url);
    const proxy = await cuttableProxy(host);
    const db = openDatabase(database.url.replace(host, proxy.address), { max: 5, connectTimeout: 500 });
    const dispatcher = dispatch({ db });
    try {
      const all = await customers(20);
      await writeAll(all, [1]);
      await delivered();
      proxy.cut();
      await writeAll(all, [2]);
      await writeAll(all, [3]);
      await eventually(async () => {
        const { rows } = await database.pool.query<{ over: boolean }>(
          'select bool_and(leased_until < clock_timestamp()) as over from outbox_lanes',
        );
        return rows[0]?.over;
      });
      proxy.restore();
      await delivered();
      for (const customer of all) {
        expect(withoutRepetitions(await toldTo(client, customer))).toEqual([1, 2, 3]);
      }
    } finally {
      await dispatcher.stop();
      await db.end();
      await proxy.close();
    }
  });
});

async function attemptsCounted(): Promise<number> {
  const { rows } = await database.pool.query<{ attempts: number }>(
    `select (select coalesce(sum(attempts), 0) from outbox)::int
          + (select count(*) from outbox_set_aside)::int as attempts`,
  );
  return rows[0]?.attempts ?? -1;
}
