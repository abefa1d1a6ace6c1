import { randomUUID } from 'node:crypto';
import type { NativeConnection } from '@temporalio/worker';
import { Registry } from 'prom-client';
import { type RunningWorker, startWorker } from '../../worker/start-worker';
import { workflowId } from '../../worker/workflow-names';
import type { JourneyActivities } from '../../workflows/runtime/contract';
import { type TestDatabase, testDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { nativeConnection, quietRuntime } from '../support/temporal';
import { enrolled, journey, outboxIsEmpty, recorderBundle, silent, startRow, toldTo, write } from './support';

let database: TestDatabase;
let connection: NativeConnection;
let worker: RunningWorker;
const taskQueue = `worker-${randomUUID()}`;
const due = { stages: 3, sends: 2 };
const registry = new Registry();

beforeAll(async () => {
  quietRuntime();
  database = await testDatabase();
  connection = await nativeConnection();
  worker = await startWorker({
    db: database.pool,
    connection,
    namespace: 'default',
    taskQueue,
    workflowBundle: await recorderBundle(),
    activities: {} as JourneyActivities,
    settleDue: async () => (due.sends > 0 ? due.sends-- : 0),
    sweepStages: async () => (due.stages > 0 ? due.stages-- : 0),
    guard: async () => {},
    workOperations: async () => 0,
    timezone: 'America/New_York',
    registry,
    log: silent,
  });
});

afterAll(async () => {
  for (const upkeep of ['sweep', 'reconcile']) {
    await worker.client.schedule.getHandle(`${taskQueue}-upkeep/${upkeep}`).delete();
  }
  await worker.stop();
  await connection.close();
  await database.drop();
});

describe('the worker', () => {
  it('starts and tells runs', async () => {
    const customer = await enrolled(database.pool);
    await write(database.pool, customer, 'start', startRow(customer));
    await eventually(() => outboxIsEmpty(database.pool));
    expect(await toldTo(worker.client, customer)).toEqual([]);
    await worker.client.workflow.getHandle(workflowId(journey, customer.enrollmentId)).terminate();
  });

  it('says that it works', async () => {
    await expect(worker.check()).resolves.toBeUndefined();
  });

  it('settles sends until none is due', async () => {
    await eventually(() => due.sends === 0);
    expect(due.sends).toBe(0);
  });

  it('has a schedule a minute that sweeps stages until none is due, and keeps the tables in shape', async () => {
    await database.pool.query(
      `insert into message_ids values ('old', clock_now() - interval '36 days'), ('kept', clock_now() - interval '34 days')`,
    );
    const schedule = worker.client.schedule.getHandle(`${taskQueue}-upkeep/sweep`);
    expect((await schedule.describe()).spec.intervals).toMatchObject([{ every: 60_000 }]);
    await schedule.trigger();
    await eventually(async () => {
      const { rows } = await database.pool.query<{ message_id: string }>(
        'select message_id from message_ids',
      );
      return rows.length === 1 && rows[0]?.message_id === 'kept';
    });
    expect(due.stages).toBe(0);
    const { rows } = await database.pool.query(
      `select to_regclass(parent || to_char(clock_now() at time zone 'UTC' + ahead, '_YYYY_MM')) is not null as there
       from unnest(array['events', 'decisions']) parent, unnest(array[interval '0', interval '1 month']) ahead`,
    );
    expect(rows.map(({ there }) => there)).toEqual([true, true, true, true]);
  });
});
