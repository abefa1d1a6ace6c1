import type { FastifyInstance } from 'fastify';

/**
 * Reads every body as JSON, whatever its content type: `curl -d` calls it a form. Pages of other sites, which may post
 * such forms, are known by their origin.
 */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>(
    '*',
    { parseAs: 'string', bodyLimit: 64 * 1024 },
    app.getDefaultJsonParser('error', 'error'),
  );
}
