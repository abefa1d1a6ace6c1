import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { Registry } from 'prom-client';
import { newId } from '../../store/ids';
import { type Dispatcher, type DispatcherOptions, startDispatcher } from '../../worker/dispatcher/dispatcher';
import { workflowId } from '../../worker/workflow-names';
import type { RunInput } from '../../workflows/runtime/contract';
import { type TestDatabase, testDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { nativeConnection, quietRuntime } from '../support/temporal';
import {
  type Customer,
  endRow,
  enrolled,
  eventRow,
  journey,
  outboxIsEmpty,
  recorderWorker,
  silent,
  startRow,
  toldTo,
  write,
} from './support';

let database: TestDatabase;
let connection: NativeConnection;
let client: Client;
let worker: { stop(): Promise<void> };
const taskQueue = `dispatcher-${randomUUID()}`;
const dispatchers: Dispatcher[] = [];

beforeAll(async () => {
  quietRuntime();
  database = await testDatabase();
  connection = await nativeConnection();
  client = new Client({ connection });
  worker = await recorderWorker(connection, taskQueue);
});

afterEach(async () => {
  await Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.stop()));
  await database.pool.query('truncate outbox, outbox_set_aside');
});

afterAll(async () => {
  await worker.stop();
  await connection.close();
  await database.drop();
});

function dispatch(options: Partial<DispatcherOptions> = {}): { dispatcher: Dispatcher; registry: Registry } {
  const registry = new Registry();
  const dispatcher = startDispatcher({
    db: database.pool,
    client,
    connection,
    taskQueue,
    registry,
    log: silent,
    leaseMs: 2_000,
    ...options,
  });
  dispatchers.push(dispatcher);
  return { dispatcher, registry };
}

const delivered = () => eventually(() => outboxIsEmpty(database.pool), { timeout: 20_000 });

async function countOf(registry: Registry, metric: string, labels: Record<string, string> = {}) {
  const values = (await registry.getSingleMetric(metric)?.get())?.values ?? [];
  return values
    .filter(({ labels: has }) => Object.entries(labels).every(([name, value]) => has[name] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

describe('the dispatcher', () => {
  it('starts a run eagerly, with its trigger, and with what had come behind it as pending', async () => {
    const customer = await enrolled(database.pool);
    await write(database.pool, customer, 'start', startRow(customer));
    await write(database.pool, customer, 'event', eventRow(1));
    await write(database.pool, customer, 'zone', { kind: 'zone', zone: 'America/Chicago' });

    const { registry } = dispatch();
    await delivered();

    const handle = client.workflow.getHandle(workflowId(journey, customer.enrollmentId));
    const input = await handle.query<RunInput>('input');
    expect(input).toEqual({
      ...startRow(customer),
      clockOffsetMs: 0,
      pending: [eventRow(1), { kind: 'zone', zone: 'America/Chicago' }],
    });
    expect(await countOf(registry, 'eager_starts_total', { result: 'eager' })).toBe(1);
    const { typedSearchAttributes, type } = await handle.describe();
    expect(type).toBe('recorder.v1');
    expect(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value])).toEqual(
      expect.arrayContaining([
        ['JourneyId', 'recorder'],
        ['JourneyVersion', '1'],
        ['ProfileId', customer.profileId],
      ]),
    );
  });

  it('hands a run the offset of the virtual clock, also while that is held', async () => {
    await database.pool.query(`update clock set offset_ms = 3600000`);
    const ticking = await enrolled(database.pool);
    await write(database.pool, ticking, 'start', startRow(ticking));
    dispatch();
    await delivered();
    await database.pool.query(`update clock set held_at = clock_timestamp() + interval '1 day'`);
    const held = await enrolled(database.pool);
    await write(database.pool, held, 'start', startRow(held));
    await delivered();
    await database.pool.query(`update clock set offset_ms = 0, held_at = null`);

    const offsetOf = async ({ enrollmentId }: Customer) =>
      (await client.workflow.getHandle(workflowId(journey, enrollmentId)).query<RunInput>('input'))
        .clockOffsetMs;
    expect(await offsetOf(ticking)).toBe(3_600_000);
    const offset = await offsetOf(held);
    expect(offset).toBeLessThanOrEqual(86_400_000);
    expect(offset).toBeGreaterThan(86_400_000 - 10_000);
  });

  it('tells each customer everything in the order it was committed, however many at once', async () => {
    const customers = await Promise.all(Array.from({ length: 40 }, () => enrolled(database.pool)));
    dispatch();
    await Promise.all(
      customers.map(async (customer) => {
        await write(database.pool, customer, 'start', startRow(customer));
        for (let seq = 1; seq <= 25; seq++) await write(database.pool, customer, 'event', eventRow(seq));
      }),
    );
    await delivered();
    const expected = Array.from({ length: 25 }, (_, at) => at + 1);
    for (const customer of customers) expect(await toldTo(client, customer)).toEqual(expected);
  });

  it('gathers what waits for a run into one signal', async () => {
    const customer = await enrolled(database.pool);
    await write(database.pool, customer, 'start', startRow(customer));
    const first = dispatch();
    await delivered();
    await first.dispatcher.stop();
    for (let seq = 1; seq <= 20; seq++) await write(database.pool, customer, 'event', eventRow(seq));
    dispatch();
    await delivered();

    const { events } = await client.workflow
      .getHandle(workflowId(journey, customer.enrollmentId))
      .fetchHistory();
    const signals = events?.filter((item) => item.workflowExecutionSignaledEventAttributes) ?? [];
    expect(signals).toHaveLength(1);
    expect(await toldTo(client, customer)).toHaveLength(20);
  });

  it('delivers a start twice without harm, and still tells the run what came behind it', async () => {
    const customer = await enrolled(database.pool);
    await write(database.pool, customer, 'start', startRow(customer));
    const { registry } = dispatch();
    await delivered();
    await database.pool.query(
      `insert into outbox (lane, profile_id, enrollment_id, kind, payload)
       select 0, $1::uuid, $2::uuid, kind, payload from (values ('start', $3::jsonb), ('event', $4::jsonb)) v(kind, payload)`,
      [customer.profileId, customer.enrollmentId, startRow(customer), eventRow(7)],
    );
    await delivered();
    expect(await toldTo(client, customer)).toEqual([7]);
    expect(await countOf(registry, 'eager_starts_total', { result: 'exists' })).toBe(1);
  });

  it('takes a start for done when its run has ended already', async () => {
    const customer = await enrolled(database.pool);
    await write(database.pool, customer, 'start', startRow(customer));
    await write(database.pool, customer, 'end', endRow);
    dispatch();
    await delivered();
    const handle = client.workflow.getHandle(workflowId(journey, customer.enrollmentId));
    await handle.result();
    const { runId } = await handle.describe();
    await write(database.pool, customer, 'start', startRow(customer));
    await delivered();
    expect((await handle.describe()).runId).toBe(runId);
    expect(await setAside()).toEqual([]);
  });

  it('closes the enrollment of a run that Temporal no longer has, and keeps how another ended', async () => {
    const gone = await enrolled(database.pool);
    const ended = await enrolled(database.pool);
    await database.pool.query(
      `update enrollments set status = 'completed', ended_at = clock_now() where enrollment_id = $1`,
      [ended.enrollmentId],
    );
    await write(database.pool, gone, 'event', eventRow(1));
    await write(database.pool, ended, 'settled', { kind: 'settled', sendId: newId() });
    dispatch();
    await delivered();

    const { rows } = await database.pool.query(
      `select e.enrollment_id, e.status, e.reason, e.ended_at is not null as ended, count(c.seq)::int as changes
       from enrollments e left join enrollment_changes c using (enrollment_id)
       where e.enrollment_id = any($1) group by e.enrollment_id order by e.enrollment_id`,
      [[gone.enrollmentId, ended.enrollmentId]],
    );
    expect(rows).toEqual([
      {
        enrollment_id: gone.enrollmentId,
        status: 'failed',
        reason: 'workflow_gone',
        ended: true,
        changes: 1,
      },
      { enrollment_id: ended.enrollmentId, status: 'completed', reason: null, ended: true, changes: 0 },
    ]);
  });

  it('waits for a start that is still on its way in another lane, instead of closing the enrollment', async () => {
    const customer = await enrolled(database.pool);
    // As after a merge: the start is written for one customer, the event for another, and they are told apart.
    const before = { ...customer, profileId: newId() };
    await write(database.pool, customer, 'event', eventRow(1));
    await write(database.pool, before, 'start', startRow(customer));
    dispatch();
    await delivered();
    expect(await toldTo(client, customer)).toEqual([1]);
    const { rows } = await database.pool.query('select status from enrollments where enrollment_id = $1', [
      customer.enrollmentId,
    ]);
    expect(rows).toEqual([{ status: 'open' }]);
  });

  it('sets a row aside that can never be delivered, and goes on with the customer', async () => {
    const customer = await enrolled(database.pool);
    await write(database.pool, customer, 'start', startRow(customer));
    await write(database.pool, customer, 'event', eventRow(1));
    // Over the server's 2 MB for one payload.
    await write(database.pool, customer, 'event', eventRow(2, { note: 'x'.repeat(2_200_000) }));
    await write(database.pool, customer, 'event', eventRow(3));
    dispatch();
    await delivered();
    expect(await toldTo(client, customer)).toEqual([1, 3]);
    expect(await setAside()).toEqual([
      { enrollment_id: customer.enrollmentId, kind: 'event', attempts: 5, failed: true },
    ]);
  });

  it('says when nothing is left to deliver', async () => {
    const { dispatcher, registry } = dispatch();
    const customers = await Promise.all(Array.from({ length: 10 }, () => enrolled(database.pool)));
    await eventually(async () => (await countOf(registry, 'dispatcher_lanes')) === 64);
    for (const customer of customers) await write(database.pool, customer, 'start', startRow(customer));
    await dispatcher.drained();
    expect(await outboxIsEmpty(database.pool)).toBe(true);
  });

  it('listens again after its connections were cut', async () => {
    const { registry } = dispatch({ pollMs: 600_000 });
    await eventually(async () => (await countOf(registry, 'dispatcher_lanes')) === 64);
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    const customer = await enrolled(database.pool);
    await write(database.pool, customer, 'start', startRow(customer));
    await delivered();
    expect(await toldTo(client, customer)).toEqual([]);
  });
});

async function setAside() {
  const { rows } = await database.pool.query(
    `select enrollment_id, kind, attempts, last_error <> '' as failed from outbox_set_aside`,
  );
  return rows;
}
