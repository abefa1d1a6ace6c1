import { createServer } from 'node:net';

/** The embedded stack is for this machine only. */
export const loopback = '127.0.0.1';

/**
 * A port of the loopback interface that nobody listens on: `preferred`, else the first free one of the
 * hundred above it; without `preferred`, any. Another process may take it before it is used, so whoever binds
 * it must be ready to ask again.
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred === undefined) return anyFreePort();
  const last = Math.min(preferred + 100, 65_535);
  for (let port = preferred; port <= last; port++) {
    if (await isFree(port)) return port;
  }
  return anyFreePort();
}

export function isFree(port: number): Promise<boolean> {
  return listenBriefly(port).then(
    () => true,
    () => false,
  );
}

function anyFreePort(): Promise<number> {
  return listenBriefly(0);
}

function listenBriefly(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: loopback, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}
