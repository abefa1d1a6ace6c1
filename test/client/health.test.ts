import fastify, { type FastifyInstance } from 'fastify';
import { type HealthCheck, health } from '../../client/health';

let app: FastifyInstance | undefined;

afterEach(async () => {
  await app?.close();
});

async function ask(which: string, checks: Record<string, HealthCheck>, timeout?: number) {
  app = fastify();
  app.register(health(timeout === undefined ? { checks } : { checks, timeout }));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return async () => {
    const response = await fetch(`${url}/health/${which}`);
    return { status: response.status, body: (await response.json()) as unknown };
  };
}

const fine = async () => {};
const failing = async () => {
  throw new Error('connect ECONNREFUSED 10.0.0.7:5432');
};
const hanging = () => new Promise<never>(() => {});

describe('/health/live', () => {
  it('answers as long as the process does, whatever else is away', async () => {
    const live = await ask('live', { postgres: failing });
    expect(await live()).toEqual({ status: 200, body: { status: 'live' } });
  });
});

describe('/health/ready', () => {
  it('is 200 when every part works', async () => {
    const ready = await ask('ready', { ingest: fine, temporal: fine });
    expect(await ready()).toEqual({
      status: 200,
      body: { status: 'ready', checks: { ingest: 'ok', temporal: 'ok' } },
    });
  });

  it('is 503 and names the parts that fail or do not answer in time, and why to nobody', async () => {
    const ready = await ask('ready', { ingest: fine, postgres: failing, temporal: hanging }, 30);
    expect(await ready()).toEqual({
      status: 503,
      body: {
        error: {
          code: 'not_ready',
          message: 'Not working: postgres, temporal.',
          details: { ingest: 'ok', postgres: 'failed', temporal: 'timeout' },
        },
      },
    });
  });

  it('asks a part that hangs once, however often it is asked itself, and sees it come back', async () => {
    let asked = 0;
    let recover = () => {};
    const check = () => {
      asked++;
      return new Promise<void>((resolve) => {
        recover = resolve;
      });
    };
    const ready = await ask('ready', { temporal: check }, 20);
    expect((await Promise.all([ready(), ready()])).map(({ status }) => status)).toEqual([503, 503]);
    expect((await ready()).status).toBe(503);
    expect(asked).toBe(1);
    recover();
    const next = ready();
    while (asked < 2) await new Promise((resolve) => setImmediate(resolve));
    recover();
    expect((await next).status).toBe(200);
  });

  it('takes a check that throws before it promises anything for a failure', async () => {
    const check = () => {
      throw new Error('no client');
    };
    const ready = await ask('ready', { worker: check });
    expect(await ready()).toMatchObject({ status: 503, body: { error: { details: { worker: 'failed' } } } });
  });
});
