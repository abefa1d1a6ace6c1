import type { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, type NativeConnection, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import type { Queryable } from '../../store/database';
import { newId } from '../../store/ids';
import { laneOf } from '../../store/lanes';
import { workflowId } from '../../worker/workflow-names';
import type { Delivery } from '../../workflows/runtime/contract';

export const silent = pino({ level: 'silent' });
export const journey = 'recorder';

export interface Customer {
  readonly profileId: string;
  readonly enrollmentId: string;
}

/** A customer with an open enrollment of the journey, and nothing in the outbox. */
export async function enrolled(db: Queryable, profileId = newId(), name = journey): Promise<Customer> {
  const enrollmentId = newId();
  await db.query(
    'insert into profiles (profile_id, created_at) values ($1, clock_now()) on conflict do nothing',
    [profileId],
  );
  await db.query(
    `insert into enrollments (enrollment_id, profile_id, journey, version, key, status, entered_at, trigger_at,
       trigger_message_id, trigger_properties, day_zero)
     values ($1, $2, $3, 1, $5, 'open', clock_now(), clock_now(), $4, '{}', current_date)`,
    [enrollmentId, profileId, name, newId(), enrollmentId],
  );
  return { profileId, enrollmentId };
}

export async function write(
  db: Queryable,
  { profileId, enrollmentId }: Customer,
  kind: string,
  payload: unknown,
): Promise<void> {
  await db.query(
    'insert into outbox (lane, profile_id, enrollment_id, kind, payload) values ($1, $2, $3, $4, $5)',
    [laneOf(profileId), profileId, enrollmentId, kind, JSON.stringify(payload)],
  );
  await db.query(`select pg_notify('jornada_outbox', '')`);
}

export const startRow = ({ profileId, enrollmentId }: Customer, name = journey) => ({
  enrollmentId,
  profileId,
  journey: name,
  version: 1,
  key: enrollmentId,
  zone: 'America/New_York',
  trigger: event(0),
});

export const event = (seq: number, properties: Record<string, unknown> = {}) => ({
  seq,
  messageId: `m${seq}`,
  name: 'App Opened',
  receivedAt: 0,
  timestamp: 0,
  properties,
});

export const eventRow = (seq: number, properties?: Record<string, unknown>): Delivery => ({
  kind: 'event',
  event: event(seq, properties),
});

export const endRow: Delivery = { kind: 'end', end: { status: 'exited', reason: 'exit_event' } };

export async function outboxIsEmpty(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ waiting: number }>('select count(*)::int as waiting from outbox');
  return rows[0]?.waiting === 0;
}

/** The events a run was told of, by number, in the order it was told. */
export async function toldTo(client: Client, { enrollmentId }: Customer, name = journey): Promise<number[]> {
  const told = await client.workflow.getHandle(workflowId(name, enrollmentId)).query<Delivery[]>('told');
  return told.flatMap((delivery) => (delivery.kind === 'event' ? [delivery.event.seq] : []));
}

/** The recorder as every journey, and upkeep. */
export function recorderBundle() {
  return bundleWorkflowCode({
    workflowsPath: require.resolve('./fixtures/recorder'),
    logger: new DefaultLogger('WARN'),
  });
}

/** A worker for the recorder, polling `taskQueue` until `stop`. */
export async function recorderWorker(connection: NativeConnection, taskQueue: string) {
  const workflowBundle = await recorderBundle();
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle,
    maxConcurrentWorkflowTaskExecutions: 100,
    maxConcurrentWorkflowTaskPolls: 20,
    maxCachedWorkflows: 1_000,
  });
  const running = worker.run();
  return {
    stop: async () => {
      worker.shutdown();
      await running;
    },
  };
}

/** Drops repetitions, as the runtime does: what is left must be in order and complete. */
export function withoutRepetitions(seqs: readonly number[]): number[] {
  return seqs.filter((seq, at) => seqs.indexOf(seq) === at);
}
