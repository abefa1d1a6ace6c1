import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsync } from 'fastify';
import { Registry } from 'prom-client';
import { events } from '../../catalog/events';
import { minutes } from '../../catalog/duration';
import { workspace } from '../../catalog/workspace';
import { createServer, type ServerDeps } from '../../client/server';
import { sha256 } from '../../client/http/secrets';
import { createLogger } from '../../config/logger';
import type { JourneyDefinition } from '../../ingest';
import type { Database } from '../../store/database';
import { insertSource } from '../../store/sources';
import { shippedProject } from '../../project/project';

export const writeKey = 'write-key';
export const apiToken = 'operator-token';

/** A reward that is over after 15 minutes, and a follow-up that is not. */
export const journeys: readonly JourneyDefinition[] = [
  {
    id: 'flash-reward',
    policy: {
      version: 1,
      purpose: 'moment',
      enter: { on: 'Visit Checked In', key: 'visitId', maxAge: minutes(15) },
      reentry: { after: minutes(30) },
    },
  },
  {
    id: 'visit-follow-up',
    policy: { version: 1, purpose: 'marketing', enter: { on: 'Visit Checked In' }, reentry: 'always' },
  },
];

export interface TestServer {
  readonly url: string;
  readonly registry: Registry;
  /** All that was logged. */
  readonly logged: () => string;
  /** Posts `body` (as JSON unless it is text or bytes) with the write key. */
  post(path: string, body: unknown, init?: Omit<RequestInit, 'body'>): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly success?: boolean;
    readonly code?: string;
    readonly message?: string;
    readonly rejected?: readonly {
      readonly index: number;
      readonly messageId?: string;
      readonly code: string;
      readonly details: readonly { readonly path: string; readonly code: string; readonly message: string }[];
    }[];
    readonly error?: { readonly code: string; readonly message: string; readonly details?: unknown };
  };
}

export async function startServer(
  db: Database,
  more: Partial<ServerDeps> = {},
  plugin?: FastifyPluginAsync,
): Promise<TestServer> {
  const lines: string[] = [];
  const registry = new Registry();
  const app = createServer({
    db,
    ingest: { ...shippedProject(), journeys, events, workspace },
    writeKey,
    apiToken,
    log: createLogger({ level: 'trace', pretty: false, destination: { write: (line) => lines.push(line) } }),
    registry,
    checks: {},
    plugins: plugin ? [plugin] : [],
    ...more,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    registry,
    logged: () => lines.join(''),
    post: async (path, body, init = {}) => {
      const raw = typeof body === 'string' || body instanceof Uint8Array;
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        ...init,
        headers: { authorization: basic(writeKey), ...init.headers },
        body: raw ? body : JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
    },
    close: () => app.close(),
  };
}

export function basic(user: string): string {
  return `Basic ${Buffer.from(`${user}:`).toString('base64')}`;
}

/** A track that the plan knows, of a customer and with a message id of its own. */
export function opened<More extends object>(more?: More) {
  const ids = { userId: randomUUID() as string, messageId: randomUUID() as string };
  return { type: 'track', event: 'App Opened', ...ids, ...(more as More) };
}

export interface StoredEvent {
  readonly messageId: string;
  readonly type: string;
  readonly name: string | null;
  readonly source: string;
  readonly eventVersion: number | null;
  readonly timestamp: Date;
  readonly receivedAt: Date;
  readonly properties: { readonly [name: string]: unknown };
}

export async function storedEvents(
  db: Database,
  messageIds?: readonly string[],
): Promise<readonly StoredEvent[]> {
  const { rows } = await db.query<StoredEvent>(
    `select message_id as "messageId", type, name, source, event_version as "eventVersion", "timestamp",
       received_at as "receivedAt", properties
     from events where $1::text[] is null or message_id = any($1) order by seq`,
    [messageIds ?? null],
  );
  return rows;
}

export async function countRows(
  db: Database,
  table: 'events' | 'quarantine' | 'profiles' | 'enrollments' | 'outbox' | 'message_ids',
): Promise<number> {
  const { rows } = await db.query<{ n: number }>(`select count(*) as n from ${table}`);
  return rows[0]?.n ?? Number.NaN;
}

/** Holds the clock at an instant. */
export async function holdClock(db: Database, at: string): Promise<void> {
  await db.query('update clock set held_at = $1', [at]);
}

export async function addSource(
  db: Database,
  name: string,
  key: string,
  storeUnplanned = false,
): Promise<void> {
  await insertSource(db, { sourceId: randomUUID(), name, keySha256: sha256(key), storeUnplanned });
}
