import type { FastifyInstance } from 'fastify';

/**
 * Makes `app.close()` end soon: connections are closed with the answer they wait for, not kept for a next request,
 * and those on which none is due after `patience` milliseconds are cut.
 */
export function closeInOrder(app: FastifyInstance, patience: number): void {
  let closing = false;
  let cut: NodeJS.Timeout | undefined;
  app.addHook('preClose', async () => {
    closing = true;
    cut = setTimeout(() => app.server.closeAllConnections(), patience);
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
  app.addHook('onClose', async () => clearTimeout(cut));
}
