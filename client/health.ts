import type { FastifyPluginAsync } from 'fastify';
import { describeError } from './http/describe-error';
import { errorBody } from './http/error-body';

/** Resolves while the part works, and rejects when it does not. */
export type HealthCheck = () => Promise<unknown>;

export interface HealthOptions {
  /** By part: `ingest`, `worker`, `temporal`, `postgres`. */
  readonly checks: { readonly [part: string]: HealthCheck };
  /** How long a check may take, in milliseconds. Default 2,000. */
  readonly timeout?: number;
}

/** `/health/live`: the process answers. `/health/ready`: every part works; 503 names those that do not. */
export function health(options: HealthOptions): FastifyPluginAsync {
  const timeout = options.timeout ?? 2_000;
  const probes = Object.entries(options.checks).map(([part, check]) => ({ part, check: oneAtATime(check) }));
  return async (app) => {
    app.get('/health/live', async () => ({ status: 'live' }));

    app.get('/health/ready', async (request, reply) => {
      const found = await Promise.all(
        probes.map(async ({ part, check }) => {
          try {
            await within(check(), timeout);
            return [part, 'ok'] as const;
          } catch (error) {
            request.log.warn({ check: part, error: describeError(error) }, 'not ready');
            return [part, error instanceof CheckTimeout ? 'timeout' : 'failed'] as const;
          }
        }),
      );
      const checks = Object.fromEntries(found);
      const failing = found.flatMap(([part, state]) => (state === 'ok' ? [] : [part]));
      if (failing.length === 0) return { status: 'ready', checks };
      return reply.code(503).send(errorBody('not_ready', `Not working: ${failing.join(', ')}.`, checks));
    });
  };
}

class CheckTimeout extends Error {
  readonly code = 'HEALTH_CHECK_TIMEOUT';
}

/** Those who ask while a check runs share it: one that hangs must not pile up. */
function oneAtATime(check: HealthCheck): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= run();
    return running;
  };

  async function run(): Promise<void> {
    try {
      await check();
    } finally {
      running = undefined;
    }
  }
}

async function within(work: Promise<void>, timeout: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new CheckTimeout(`No answer within ${timeout} ms`)), timeout);
  });
  try {
    await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
