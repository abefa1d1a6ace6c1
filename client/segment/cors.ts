import type { FastifyInstance } from 'fastify';

/**
 * Lets browsers of any site post events: the write key is public by nature. They ask before every call, since they
 * send `Authorization`, and without an answer send nothing.
 */
export function allowBrowsers(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', 'Retry-After');
  });
  app.options('/v1/*', async (_request, reply) =>
    reply
      .code(204)
      .headers({
        'access-control-allow-methods': 'POST, GET, OPTIONS',
        'access-control-allow-headers':
          'authorization, content-type, content-encoding, x-retry-count, x-write-key, writekey',
        'access-control-max-age': '86400',
      })
      .send(),
  );
}
