import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { now } from './time';

/** An API for texts that takes every message at once and remembers when it was called. */
export interface FakeProvider {
  readonly url: string;
  /** When it was first called for each number since the last `forget`, by {@link now}. */
  readonly calledAt: ReadonlyMap<string, number>;
  forget(): void;
  close(): Promise<void>;
}

export async function fakeProvider(): Promise<FakeProvider> {
  const calledAt = new Map<string, number>();
  let messages = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const to = new URLSearchParams(body).get('To') ?? '';
      if (!calledAt.has(to)) calledAt.set(to, now());
      const sid = `SM${(messages++).toString(16).padStart(32, '0')}`;
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ sid, to, status: 'queued', error_code: null }));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calledAt,
    forget: () => calledAt.clear(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
