import { Registry } from 'prom-client';
import { createServer } from '../../client/server';
import { createLogger } from '../../config/logger';
import { type AcceptedEvent, applyEvents } from '../../ingest';
import { shippedProject } from '../../project/project';
import { type Database, openDatabase } from '../../store/database';
import { ensurePartition } from '../../store/partitions';
import { serve } from '../lab/child';
import { chunks } from '../lab/chunks';
import { now } from '../lab/time';
import { writeKey } from '../lab/write-key';
import { type Call, eventsOf, type Mix } from './mixes';
import { type Bookmark, bookmark, insertRaw, rowsSince, type WrittenBatch } from './raw-inserts';

/** The process that writes, our way and the raw way: one Node and one Postgres for both. */
export interface IngestOptions {
  readonly databaseUrl: string;
  readonly rawDatabaseUrl: string;
}

/** What something took of time, in milliseconds, and of this process' CPU, in microseconds. */
export interface Spent {
  readonly ms: number;
  readonly cpu: number;
}

export interface DirectRound {
  readonly mix: Mix;
  readonly count: number;
  readonly batchSize: number;
  readonly lanes: number;
}

const project = shippedProject();
const closing: (() => Promise<unknown>)[] = [];
let db: Database;
let rawDb: Database;
let mark: Bookmark;
let written: readonly WrittenBatch[] = [];

async function start({ databaseUrl, rawDatabaseUrl }: IngestOptions): Promise<{ url: string }> {
  db = openDatabase(databaseUrl, { max: 20 });
  closing.push(() => db.end());
  rawDb = openDatabase(rawDatabaseUrl, { max: 20 });
  closing.push(() => rawDb.end());
  await ensurePartition(rawDb, 'events', new Date());
  const server = createServer({
    db,
    ingest: project,
    writeKey,
    apiToken: 'bench-api-token',
    log: createLogger({ level: 'error' }),
    registry: new Registry(),
    checks: {},
    plugins: [],
  });
  closing.push(() => server.close());
  return { url: await server.listen({ host: '127.0.0.1', port: 0 }) };
}

/** Once before the rounds, so that none pays for what was written long before them. */
async function checkpoint(): Promise<void> {
  await db.query('checkpoint');
}

/** From here on rows count as the round's. */
async function begin(): Promise<void> {
  global.gc?.();
  mark = await bookmark(db);
}

/** What this process has used so far, in microseconds. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Applies events without HTTP. */
async function direct({ mix, count, batchSize, lanes }: DirectRound): Promise<Spent> {
  const events = eventsOf(mix, count);
  // As at the door, nobody is in two transactions at once.
  const ofLane = Array.from({ length: lanes }, (_, lane) =>
    chunks(events.filter(({ userId }) => lastDigits(userId) % lanes === lane).map(accepted), batchSize),
  );
  await begin();
  return spent(async () => {
    await Promise.all(
      ofLane.map(async (batches) => {
        for (const batch of batches) await applyEvents(db, project, batch);
      }),
    );
  });
}

async function spent(work: () => Promise<void>): Promise<Spent> {
  const [cpuBefore, startedAt] = [cpu(), now()];
  await work();
  return { ms: now() - startedAt, cpu: cpu() - cpuBefore };
}

/** Reads what the round wrote, to be inserted once more. */
async function collect(): Promise<void> {
  written = await rowsSince(db, mark);
  global.gc?.();
}

/** Inserts the round's rows once more, elsewhere. */
async function raw({ lanes }: { readonly lanes: number }): Promise<Spent & { transactions: number }> {
  const cost = await spent(() => insertRaw(rawDb, written, lanes));
  return { ...cost, transactions: written.length };
}

const lastDigits = (userId: unknown) => Number.parseInt(String(userId).slice(-3), 16);

/** What the door makes of a call. */
function accepted(call: Call): AcceptedEvent {
  const { event, timestamp, ...rest } = call as { event?: string; timestamp: string };
  const at = new Date(timestamp);
  return {
    ...rest,
    ...(event !== undefined && { name: event, eventVersion: 1 }),
    source: 'default',
    originalTimestamp: at,
    sentAt: at,
  } as AcceptedEvent;
}

async function stop(): Promise<void> {
  for (let close = closing.pop(); close; close = closing.pop()) await close();
}

serve({ start, checkpoint, begin, direct, collect, raw, cpu }, stop);
