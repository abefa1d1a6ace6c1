import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * The port of a stack, which outlives what is behind it: servers take turns, and no call is refused meanwhile, nor any
 * connection closed that is kept for a next one.
 */
export interface Front {
  listen(at: { host: string; port: number }): Promise<void>;
  /** Calls go to this server from now on. One that led before ends those it has, and is then closed by its owner. */
  lead(server: FastifyInstance): Promise<void>;
  /** Takes no more. */
  close(): Promise<void>;
}

export function openFront(): Front {
  let leader: Led | undefined;
  const port = createServer((request, response) => {
    leader?.underWay.add(response);
    const led = leader;
    response.once('close', () => led?.underWay.delete(response));
    leader?.server.routing(request, response);
  });
  port.on('clientError', (error, socket: Socket) => leader?.server.server.emit('clientError', error, socket));

  return {
    async listen(at) {
      port.listen(at);
      await once(port, 'listening');
    },
    async lead(server) {
      await server.ready();
      leader = ledBy(server);
      // Its own HTTP server never listens; how patient that would be with clients holds here.
      port.requestTimeout = server.server.requestTimeout;
      port.keepAliveTimeout = server.server.keepAliveTimeout;
    },
    async close() {
      if (!port.listening) return;
      port.close();
      port.closeIdleConnections();
    },
  };
}

interface Led {
  readonly server: FastifyInstance;
  readonly underWay: Set<ServerResponse>;
}

/** Has a server that does not listen end as one does: with the last of its calls. */
function ledBy(server: FastifyInstance): Led {
  const underWay = new Set<ServerResponse>();
  server.server.close = (ended) => {
    void allEnded(underWay).then(() => ended?.());
    return server.server;
  };
  server.server.closeAllConnections = () => {
    for (const response of underWay) response.destroy();
  };
  return { server, underWay };
}

async function allEnded(responses: ReadonlySet<ServerResponse>): Promise<void> {
  for (const response of responses) if (!response.closed) await once(response, 'close');
}
