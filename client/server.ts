import type { Socket } from 'node:net';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  LogController,
} from 'fastify';
import type { Registry } from 'prom-client';
import type { Logger } from '../config/logger';
import { applyEvents, prepareIngest } from '../ingest';

import type { Database } from '../store/database';
import { operatorApi } from './api/operator-api';
import { type HealthCheck, health } from './health';
import { closeInOrder } from './http/close-in-order';
import { errorBody } from './http/error-body';
import { answerError, answerNotFound } from './http/error-handler';
import type { EstimateDeps, Rehearse } from './launch/estimate';
import { createServerMetrics, metricsRoute } from './metrics';
import { type Batching, createIngestDoor } from './segment/ingest-door';

export interface ServerDeps {
  readonly db: Database;
  /** The tracking plan, the journeys, and the workspace. */
  readonly ingest: EstimateDeps;
  /** Asks the gate without sending anything, for estimates. Default: they say nothing of the gate. */
  readonly rehearse?: Rehearse;
  /** Write key of the source `default`. */
  readonly writeKey: string;
  /** Bearer token of operators. */
  readonly apiToken: string;
  /** Where the outside reaches this server. Default: where each request says it went. */
  readonly publicUrl?: string;
  readonly log: Logger;
  /** Gets the server's metrics and is shown at `/metrics`, with whatever else is in it. */
  readonly registry: Registry;
  /** Checks of the other parts, by name (`worker`, `temporal`), for `/health/ready`. */
  readonly checks: { readonly [part: string]: HealthCheck };
  /** Further routes, each in a scope of its own: webhooks, the sandbox. */
  readonly plugins: readonly FastifyPluginAsync[];
  /** How much of what comes in is gathered, kept waiting and refused. */
  readonly batching?: Batching;
}

/**
 * The HTTP server, not yet listening. `close()` takes no new connection, commits and answers what is on the open ones,
 * and cuts those on which nothing is due after 10 s; the database stays open, it is the caller's.
 */
export function createServer(deps: ServerDeps): FastifyInstance {
  const { db, ingest, registry } = deps;
  prepareIngest(ingest);
  const log: FastifyBaseLogger = deps.log;
  const metrics = createServerMetrics(registry);
  const door = createIngestDoor({
    ...deps,
    apply: (events) => applyEvents(db, ingest, events),
    judge: { plan: ingest.events, identifiers: ingest.workspace },
    metrics: metrics.ingest,
  });
  const app = fastify({
    loggerInstance: log,
    // Fastify's own lines hold addresses, and those the phone numbers of customers.
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 1_000 },
    bodyLimit: 512 * 1024,
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    // What comes in on open connections while closing is taken like the rest: a 503 would only come again.
    return503OnClosing: false,
    frameworkErrors: (_error, _request, reply) => {
      const body = JSON.stringify(errorBody('bad_request', 'The address cannot be read.'));
      reply.hijack();
      reply.raw.writeHead(400, { 'content-type': 'application/json' }).end(body);
    },
    clientErrorHandler: refuseGarbage,
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  app.addHook('onRequest', async (request, reply) => {
    // Before its body is read: nobody waits for it.
    if (request.is404) return answerNotFound(request, reply);
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown');
    const { method } = request;
    const status = reply.statusCode;
    metrics.requestSeconds.observe({ method, route, status }, reply.elapsedTime / 1_000);
    request.log.debug({ method, route, status, elapsedMs: Math.round(reply.elapsedTime) }, 'request');
  });
  closeInOrder(app, 10_000);
  app.addHook('onClose', async () => door.close());

  app.register(door.plugin);
  app.register(
    operatorApi({
      ...deps,
      ...ingest.workspace,
      journeys: ingest.journeys,
      quarantine: door,
      launch: { project: ingest, ...(deps.rehearse && { rehearse: deps.rehearse }) },
    }),
  );
  for (const plugin of deps.plugins) app.register(plugin);
  app.register(
    health({ checks: { ingest: door.check, postgres: () => db.query('select 1'), ...deps.checks } }),
  );
  app.register(metricsRoute(registry));
  return app;
}

/** What is no HTTP at all, or too much of it. */
function refuseGarbage(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const status = statusLines[error.code ?? ''] ?? '400 Bad Request';
  const body = JSON.stringify(errorBody('bad_request', 'The request cannot be read.'));
  const head = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close`;
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${body}`);
}

const statusLines: { readonly [code: string]: string } = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};
