import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { newId } from '../../store/ids';
import { reconcile } from '../../worker/reconciler';
import { workflowId } from '../../worker/workflow-names';
import { type TestDatabase, testDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { nativeConnection, quietRuntime } from '../support/temporal';
import { type Customer, endRow, enrolled, journey, recorderWorker, silent, startRow, write } from './support';

let database: TestDatabase;
let connection: NativeConnection;
let client: Client;
let worker: { stop(): Promise<void> };
const taskQueue = `reconciler-${randomUUID()}`;

beforeAll(async () => {
  quietRuntime();
  database = await testDatabase();
  connection = await nativeConnection();
  client = new Client({ connection });
  worker = await recorderWorker(connection, taskQueue);
  await database.pool.query(`select ensure_partition('events', clock_now())`);
});

afterEach(async () => {
  await database.pool.query('truncate outbox, outbox_set_aside, enrollment_changes');
  await database.pool.query(
    `update enrollments set status = 'completed', ended_at = clock_now() where status = 'open'`,
  );
});

afterAll(async () => {
  await worker.stop();
  await connection.close();
  await database.drop();
});

const once = () =>
  reconcile({
    db: database.pool,
    client,
    taskQueue,
    timezone: 'America/New_York',
    perSecond: 1_000,
    log: silent,
  });

async function start(customer: Customer) {
  return client.workflow.start(`${journey}.v1`, {
    workflowId: workflowId(journey, customer.enrollmentId),
    taskQueue,
    args: [{ ...startRow(customer), clockOffsetMs: 0, pending: [] }],
  });
}

/** Stores the event that the enrollment was entered on, as ingest does. */
async function storeTrigger({ enrollmentId }: Customer): Promise<void> {
  await database.pool.query(
    `insert into events (seq, profile_id, message_id, type, name, properties, source, "timestamp", received_at)
     select 7, profile_id, trigger_message_id, 'track', 'App Opened', '{"secret": 1}', 's', trigger_at, entered_at
     from enrollments where enrollment_id = $1`,
    [enrollmentId],
  );
}

async function outbox() {
  const { rows } = await database.pool.query(
    'select enrollment_id, kind, payload from outbox order by outbox_id',
  );
  return rows;
}

describe('the reconciler', () => {
  it('leaves alone what both sides agree on', async () => {
    const running = await enrolled(database.pool);
    await start(running);
    const waiting = await enrolled(database.pool);
    await write(database.pool, waiting, 'start', startRow(waiting));
    expect(await once()).toEqual({ compared: 2, restarted: 0, closed: 0, ended: 0 });
    expect(await outbox()).toHaveLength(1);
  });

  it('starts the run of an open enrollment again that Temporal has lost, from what it began with', async () => {
    const customer = await enrolled(database.pool);
    await storeTrigger(customer);
    await database.pool.query(
      `update profiles set traits = '{"timezone": "America/Denver"}' where profile_id = $1`,
      [customer.profileId],
    );
    expect(await once()).toMatchObject({ restarted: 1 });
    expect(await outbox()).toEqual([
      {
        enrollment_id: customer.enrollmentId,
        kind: 'start',
        payload: {
          ...startRow(customer),
          zone: 'America/Denver',
          trigger: {
            seq: 7,
            messageId: expect.any(String),
            name: 'App Opened',
            receivedAt: expect.any(Number),
            timestamp: expect.any(Number),
            properties: {},
          },
        },
      },
    ]);
    expect(await once()).toMatchObject({ restarted: 0 });
  });

  it('does not start again what was set aside', async () => {
    const customer = await enrolled(database.pool);
    await storeTrigger(customer);
    await database.pool.query(
      `insert into outbox_set_aside (outbox_id, profile_id, enrollment_id, kind, payload, attempts, last_error)
       values (1, $1, $2, 'start', '{}', 5, 'no')`,
      [customer.profileId, customer.enrollmentId],
    );
    expect(await once()).toMatchObject({ restarted: 0 });
    expect(await outbox()).toEqual([]);
  });

  it('closes the enrollment of a run that ended without it', async () => {
    const customer = await enrolled(database.pool);
    const handle = await start(customer);
    await handle.terminate();
    expect(await once()).toMatchObject({ closed: 1 });
    const { rows } = await database.pool.query(
      'select e.status, e.reason, c.status as change from enrollments e join enrollment_changes c using (enrollment_id) where enrollment_id = $1',
      [customer.enrollmentId],
    );
    expect(rows).toEqual([{ status: 'failed', reason: 'workflow_gone', change: 'failed' }]);
  });

  it('tells a run that goes on after its enrollment has ended', async () => {
    const customer = await enrolled(database.pool);
    await start(customer);
    await database.pool.query(
      `update enrollments set status = 'exited', reason = 'exit_event', ended_at = clock_now() - interval '2 minutes'
       where enrollment_id = $1`,
      [customer.enrollmentId],
    );
    // The list of running workflows lags a little behind the runs.
    await eventually(async () => (await once()).ended === 1);
    expect(await outbox()).toEqual([{ enrollment_id: customer.enrollmentId, kind: 'end', payload: endRow }]);
    expect((await once()).ended).toBe(0);
  });

  it('passes over runs of another database', async () => {
    const stranger = { profileId: newId(), enrollmentId: newId() };
    await start(stranger);
    await eventually(async () => {
      const { count } = await client.workflow.count(
        `WorkflowId = '${workflowId(journey, stranger.enrollmentId)}' and ExecutionStatus = 'Running'`,
      );
      return count === 1;
    });
    await once();
    const told = (await outbox()).map((row) => row.enrollment_id);
    expect(told).not.toContain(stranger.enrollmentId);
  });
});
