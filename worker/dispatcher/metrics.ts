import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Database } from '../../store/database';
import { type OutboxBacklog, outboxBacklog } from '../../store/outbox-delivery';

export interface DispatcherMetrics {
  /** From the outbox row's writing until Temporal has it. */
  readonly latency: Histogram;
  readonly delivered: Counter<'kind'>;
  readonly starts: Counter<'result'>;
  readonly failures: Counter<'fault'>;
  readonly setAside: Counter;
  readonly gone: Counter;
  readonly lanes: Gauge;
  readonly customers: Gauge;
}

export function dispatcherMetrics(registry: Registry, db: Database): DispatcherMetrics {
  const registers = [registry];
  watchOutbox(registry, db);
  return {
    latency: new Histogram({
      name: 'dispatch_latency_seconds',
      help: 'From the writing of an outbox row until Temporal has it',
      buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300],
      registers,
    }),
    delivered: new Counter({
      name: 'outbox_delivered_total',
      help: 'Outbox rows delivered, by kind',
      labelNames: ['kind'],
      registers,
    }),
    starts: new Counter({
      name: 'eager_starts_total',
      help: 'Runs started: eager (first task handed to this worker), queued, or exists (delivered before)',
      labelNames: ['result'],
      registers,
    }),
    failures: new Counter({
      name: 'dispatch_failures_total',
      help: 'Failed calls to Temporal: outage (retried for ever), row or unclear (counted)',
      labelNames: ['fault'],
      registers,
    }),
    setAside: new Counter({
      name: 'outbox_set_aside_total',
      help: 'Outbox rows set aside after five failed tries',
      registers,
    }),
    gone: new Counter({
      name: 'dispatch_workflow_gone_total',
      help: 'Deliveries to runs that Temporal no longer has',
      registers,
    }),
    lanes: new Gauge({ name: 'dispatcher_lanes', help: 'Outbox lanes this dispatcher holds', registers }),
    customers: new Gauge({
      name: 'dispatcher_customers',
      help: 'Customers being delivered to or queued for it',
      registers,
    }),
  };
}

/** Counted whenever the metrics are read: of all lanes, whoever works them. Not a number while the database is away. */
function watchOutbox(registry: Registry, db: Database): void {
  watch('outbox_rows', 'Outbox rows that wait to be delivered', ({ rows }) => rows);
  watch(
    'outbox_oldest_seconds',
    'How long the oldest outbox row has waited',
    ({ oldestSeconds }) => oldestSeconds,
  );

  function watch(name: string, help: string, read: (backlog: OutboxBacklog) => number): void {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await outboxBacklog(db).then(read, () => Number.NaN));
      },
    });
  }
}
