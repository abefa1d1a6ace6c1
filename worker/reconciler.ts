import { setTimeout as delay } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Logger } from '../config/logger';
import { zonesOf } from '../rules/time/zones';
import { lockCustomerOfEnrollment } from '../store/customer-lock';
import { type Database, tx } from '../store/database';
import { failEnrollment } from '../store/enrollment-failures';
import { insertOutbox } from '../store/outbox';
import {
  findLostStart,
  findUntoldEnds,
  type OpenEnrollment,
  openEnrollmentsAfter,
  type UntoldEnd,
} from '../store/reconciliation';
import { findRunCustomer } from '../store/run-customer';
import type { Delivery, RunInput } from '../workflows/runtime/contract';
import { enrollmentOf, workflowId } from './workflow-names';

export interface ReconcilerOptions {
  readonly db: Database;
  readonly client: Client;
  /** Of the journeys' worker: which runs are ours. */
  readonly taskQueue: string;
  /** IANA zone of customers of whom nothing better is known. */
  readonly timezone: string;
  /** Questions put to Temporal a second. Default 20. */
  readonly perSecond?: number;
  /** Called now and then; throws to break off. */
  readonly alive?: () => void;
  readonly log: Logger;
}

export interface Reconciled {
  readonly compared: number;
  /** Runs that Temporal had lost, and that are started again. */
  readonly restarted: number;
  /** Enrollments whose run had ended without them. */
  readonly closed: number;
  /** Runs that went on after their enrollment had ended, and are told. */
  readonly ended: number;
}

const page = 200;

/**
 * Compares the enrollments with Temporal's runs once through, slowly, and repairs either side. Whatever it does is
 * harmless where it is wrong: a run starts once, an enrollment ends once.
 */
export async function reconcile(options: ReconcilerOptions): Promise<Reconciled> {
  const { alive = () => {} } = options;
  const pause = 1_000 / (options.perSecond ?? 20);
  let compared = 0;
  let restarted = 0;
  let closed = 0;
  let ended = 0;

  let last: OpenEnrollment | undefined;
  do {
    const enrollments = await openEnrollmentsAfter(options.db, last, page);
    last = enrollments.at(-1);
    for (const enrollment of enrollments) {
      switch (await compare(options, enrollment)) {
        case 'restarted':
          restarted++;
          break;
        case 'closed':
          closed++;
          break;
        case 'agreed':
          break;
      }
      compared++;
      alive();
      await delay(pause);
    }
  } while (last);

  for await (const ids of runningPages(options)) {
    for (const end of await findUntoldEnds(options.db, ids)) {
      await tellEnd(options, end);
      ended++;
    }
    alive();
    await delay(pause);
  }
  if (restarted + closed + ended > 0) {
    options.log.warn(
      { compared, restarted, closed, ended },
      'the record and Temporal did not agree: repaired',
    );
  }
  return { compared, restarted, closed, ended };
}

async function compare(options: ReconcilerOptions, enrollment: OpenEnrollment) {
  const { db, log } = options;
  const { enrollmentId } = enrollment;
  switch (await stateOf(options.client, enrollment)) {
    case 'running':
      return 'agreed';
    case 'closed':
      if (!(await failEnrollment(db, enrollmentId, 'workflow_gone'))) return 'agreed';
      log.warn({ enrollmentId }, 'the run had ended and its enrollment had not: closed as failed');
      return 'closed';
    case 'missing':
      if (!(await restart(options, enrollmentId))) return 'agreed';
      log.warn({ enrollmentId }, 'Temporal had lost the run of an open enrollment: started again');
      return 'restarted';
  }
}

async function stateOf(client: Client, { journey, enrollmentId }: OpenEnrollment) {
  try {
    const { status } = await client.workflow.getHandle(workflowId(journey, enrollmentId)).describe();
    return status.name === 'RUNNING' || status.name === 'PAUSED' ? 'running' : 'closed';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'missing';
    throw error;
  }
}

/** Its steps find in the ledger what they had done already, and its waits find in the record what they had missed. */
async function restart({ db, timezone }: ReconcilerOptions, enrollmentId: string): Promise<boolean> {
  return tx(db, async (client) => {
    await lockCustomerOfEnrollment(client, enrollmentId);
    const lost = await findLostStart(client, enrollmentId);
    if (!lost) return false;
    const customer = await findRunCustomer(client, enrollmentId);
    const { zone } = zonesOf({
      trait: customer?.traits.timezone,
      context: customer?.contextTimezone,
      phone: customer?.phone,
      workspace: timezone,
    });
    const { profileId, journey, version, key, trigger } = lost;
    const payload: Omit<RunInput, 'clockOffsetMs' | 'pending'> = {
      enrollmentId,
      profileId,
      journey,
      version,
      key,
      zone,
      trigger: {
        ...trigger,
        receivedAt: trigger.receivedAt.getTime(),
        timestamp: trigger.timestamp.getTime(),
        properties: lost.triggerProperties,
      },
    };
    await insertOutbox(client, [{ profileId, enrollmentId, kind: 'start', payload }]);
    return true;
  });
}

/** The enrollments of the runs that Temporal lists as running, some at a time. */
async function* runningPages({ client, taskQueue }: ReconcilerOptions): AsyncGenerator<string[]> {
  let ids: string[] = [];
  const query = `TaskQueue = '${taskQueue}' and ExecutionStatus = 'Running'`;
  for await (const { workflowId: id } of client.workflow.list({ query, pageSize: page })) {
    const run = enrollmentOf(id);
    if (run) ids.push(run.enrollmentId);
    if (ids.length < page) continue;
    yield ids;
    ids = [];
  }
  if (ids.length > 0) yield ids;
}

async function tellEnd({ db, log }: ReconcilerOptions, end: UntoldEnd): Promise<void> {
  const { enrollmentId, profileId, status } = end;
  // A run that completed on record and not in Temporal is let go the way of any that is cut short.
  const delivery: Delivery = {
    kind: 'end',
    end: {
      status: status === 'completed' ? 'exited' : status,
      reason: end.reason ?? status,
    },
  };
  await tx(db, (client) =>
    insertOutbox(client, [{ profileId, enrollmentId, kind: 'end', payload: delivery }]),
  );
  log.warn({ enrollmentId }, 'a run went on after its enrollment had ended: told');
}
