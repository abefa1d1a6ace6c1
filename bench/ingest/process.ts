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
import { type Bookmark, bookmark, insertRaw, rowsSince } from './raw-inserts';

/** The process that writes, our way and the raw way: one Node and one Postgres for both. */
export interface IngestOptions {
  readonly databaseUrl: string;
  readonly rawDatabaseUrl: string;
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

/** What a round left to be written to disk is not the next one's to pay. */
async function settle(): Promise<void> {
  global.gc?.();
  await db.query('checkpoint');
}

/** From here on rows count as the round's. */
async function begin(): Promise<void> {
  await settle();
  mark = await bookmark(db);
}

/** Applies events without HTTP; answers milliseconds. */
async function direct({ mix, count, batchSize, lanes }: DirectRound): Promise<number> {
  const events = eventsOf(mix, count);
  // As at the door, nobody is in two transactions at once.
  const ofLane = Array.from({ length: lanes }, (_, lane) =>
    chunks(events.filter(({ userId }) => lastDigits(userId) % lanes === lane).map(accepted), batchSize),
  );
  await begin();
  const startedAt = now();
  await Promise.all(
    ofLane.map(async (batches) => {
      for (const batch of batches) await applyEvents(db, project, batch);
    }),
  );
  return now() - startedAt;
}

/** Inserts the round's rows once more, elsewhere; answers milliseconds. */
async function raw({ lanes }: { readonly lanes: number }): Promise<{ ms: number; transactions: number }> {
  const batches = await rowsSince(db, mark);
  await settle();
  const startedAt = now();
  await insertRaw(rawDb, batches, lanes);
  return { ms: now() - startedAt, transactions: batches.length };
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

serve({ start, begin, direct, raw }, stop);
