import type { Logger } from '../../config/logger';
import type { Database } from '../../store/database';
import { failEnrollment } from '../../store/enrollment-failures';
import {
  countOutboxAttempt,
  hasPendingStart,
  type OutboxRow,
  setAsideOutbox,
} from '../../store/outbox-delivery';
import type { Delivery, RunInput } from '../../workflows/runtime/contract';
import type { Backoff } from '../backoff';
import { describeFailure, faultOf } from './failure';
import type { DispatcherMetrics } from './metrics';
import type { TemporalRuns } from './temporal-runs';
import { workflowId } from '../workflow-names';
import { rowsOf, type Unit, unitsOf } from './unit';

export interface DeliveryDeps {
  readonly db: Database;
  readonly runs: TemporalRuns;
  readonly backoff: Backoff;
  readonly metrics: DispatcherMetrics;
  /** Whether rows of the lane are still ours to deliver. */
  readonly holds: (lane: number) => boolean;
  readonly onDelivered: (workflowId: string, kind: 'start' | 'signal') => void;
  readonly log: Logger;
}

/** Failed tries after which a row is set aside. */
const maxAttempts = 5;

/** Delivers a customer's rows in order, and answers those that are done with. */
export class CustomerDelivery {
  /** Deliveries of any customer that went through: while there are some, the server is not what is wrong. */
  private successes = 0;

  constructor(private readonly deps: DeliveryDeps) {}

  async deliver(rows: readonly OutboxRow[]): Promise<number[]> {
    const done: number[] = [];
    const units = unitsOf(rows);
    for (let unit = units.shift(); unit; unit = units.shift()) {
      const result = await this.deliverUnit(unit);
      switch (result) {
        case 'done':
          done.push(...rowsOf(unit).map((row) => row.outboxId));
          break;
        case 'split':
          units.unshift(...rowsOf(unit).flatMap((row) => unitsOf([row])));
          break;
        case 'stopped':
          return done;
      }
    }
    return done;
  }

  /** `split`: one of the rows cannot be delivered, and only one by one will it show which. */
  private async deliverUnit(unit: Unit): Promise<'done' | 'split' | 'stopped'> {
    const rows = rowsOf(unit);
    const first = rows[0];
    if (!first) return 'done';
    for (let failures = 0; ; failures++) {
      if (!this.deps.holds(first.lane)) return 'stopped';
      const successesBefore = this.successes;
      try {
        if (await this.tell(unit)) return 'done';
      } catch (error) {
        const fault = faultOf(error);
        this.deps.metrics.failures.inc({ fault });
        const context = { err: describeFailure(error), enrollmentId: unit.enrollmentId, kind: first.kind };
        if (fault === 'row' || (fault === 'unclear' && this.successes > successesBefore)) {
          if (rows.length > 1) return 'split';
          if (await this.countAttempt(first.outboxId, context)) return 'done';
        } else if (failures === 0) {
          this.deps.log.warn(context, 'Temporal could not be told; trying until it can');
        }
      }
      if (!(await this.deps.backoff.pause(failures))) return 'stopped';
    }
  }

  /** False: not yet, the run's start is still on its way. */
  private async tell(unit: Unit): Promise<boolean> {
    const { runs, metrics, onDelivered } = this.deps;
    const deliveries = unit.deliveries.map((row) => JSON.parse(row.payload) as Delivery);
    if (unit.start) {
      const result = await runs.start(inputOf(unit.start, deliveries));
      metrics.starts.inc({ result });
      if (result !== 'exists') {
        this.succeeded(unit);
        onDelivered(runOf(unit), 'start');
        return true;
      }
      // The run began with what was pending then; what has come since it has still to hear.
    }
    if (deliveries.length > 0 && !(await this.signal(unit, deliveries))) return false;
    this.succeeded(unit);
    onDelivered(runOf(unit), 'signal');
    return true;
  }

  /**
   * False: not yet. A run that is not there while its start waits in the outbox (a merge moved it to another lane) is not
   * gone; nor one whose start is no longer there, until it has been asked for once more.
   */
  private async signal(unit: Unit, deliveries: readonly Delivery[]): Promise<boolean> {
    const { db, runs } = this.deps;
    if ((await runs.signal(runOf(unit), deliveries)) !== 'gone') return true;
    if (unit.start === undefined) {
      if (await hasPendingStart(db, unit.enrollmentId)) return false;
      if ((await runs.signal(runOf(unit), deliveries)) !== 'gone') return true;
    }
    await this.closeGone(unit);
    return true;
  }

  private async closeGone(unit: Unit): Promise<void> {
    const { db, metrics, log } = this.deps;
    metrics.gone.inc();
    if (await failEnrollment(db, unit.enrollmentId, 'workflow_gone')) {
      log.warn(
        { enrollmentId: unit.enrollmentId },
        'Temporal no longer has this run: enrollment closed as failed',
      );
    }
  }

  /** Answers whether the row was set aside. */
  private async countAttempt(outboxId: number, context: { err: string }): Promise<boolean> {
    const { db, metrics, log } = this.deps;
    const attempts = await countOutboxAttempt(db, outboxId, context.err);
    if (attempts < maxAttempts) return false;
    await setAsideOutbox(db, outboxId);
    metrics.setAside.inc();
    log.error({ ...context, outboxId, attempts }, 'an outbox row cannot be delivered: set aside');
    return true;
  }

  private succeeded(unit: Unit): void {
    this.successes++;
    const now = Date.now();
    for (const row of rowsOf(unit)) {
      this.deps.metrics.delivered.inc({ kind: row.kind });
      this.deps.metrics.latency.observe(Math.max(0, now - row.createdAt.getTime()) / 1_000);
    }
  }
}

function runOf(unit: Unit): string {
  return workflowId(unit.journey, unit.enrollmentId);
}

function inputOf(start: OutboxRow, pending: readonly Delivery[]): RunInput {
  const stored = JSON.parse(start.payload) as Omit<RunInput, 'clockOffsetMs' | 'pending'>;
  return { ...stored, clockOffsetMs: start.clockOffsetMs, pending };
}
