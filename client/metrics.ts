import type { FastifyPluginAsync } from 'fastify';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What the HTTP process counts. Labels are few and fixed: never a customer, a key or an event's name. */
export interface ServerMetrics {
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>;
  readonly ingest: IngestMetrics;
}

export interface IngestMetrics {
  /** Events by what became of them: `accepted`, `quarantined` or `refused`. */
  readonly events: Counter<'result'>;
  /** Calls that were told to come again: `overloaded` or `unavailable`. */
  readonly deferredCalls: Counter<'reason'>;
  readonly batchSeconds: Histogram;
  readonly batchEvents: Histogram;
  /** Reports what waits or is in flight, whenever the metrics are read. */
  watchQueue(read: () => { readonly items: number; readonly bytes: number }): void;
}

export function createServerMetrics(registry: Registry): ServerMetrics {
  const registers = [registry];
  const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  return {
    requestSeconds: new Histogram({
      name: 'http_request_seconds',
      help: 'Time from the request to the end of the answer, by route',
      labelNames: ['method', 'route', 'status'],
      buckets: seconds,
      registers,
    }),
    ingest: {
      events: new Counter({
        name: 'events_ingested_total',
        help: 'Events by what became of them: accepted, quarantined or refused',
        labelNames: ['result'],
        registers,
      }),
      deferredCalls: new Counter({
        name: 'ingest_deferred_calls_total',
        help: 'Calls told to come again, because of overload or an outage',
        labelNames: ['reason'],
        registers,
      }),
      batchSeconds: new Histogram({
        name: 'ingest_batch_seconds',
        help: 'Time to commit a batch of events',
        buckets: seconds,
        registers,
      }),
      batchEvents: new Histogram({
        name: 'ingest_batch_events',
        help: 'Events in a batch',
        buckets: [1, 2, 5, 10, 20, 50, 100, 200],
        registers,
      }),
      watchQueue(read) {
        gauge('ingest_queue_events', 'Events that wait or are in flight', () => read().items);
        gauge('ingest_queue_bytes', 'Bytes of events that wait or are in flight', () => read().bytes);
      },
    },
  };

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
}

/** `GET /metrics`, in Prometheus' text format. */
export function metricsRoute(registry: Registry): FastifyPluginAsync {
  return async (app) => {
    app.get('/metrics', async (_request, reply) =>
      reply.type(registry.contentType).send(await registry.metrics()),
    );
  };
}
