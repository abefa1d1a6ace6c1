import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { freePort, loopback } from '../ports';
import { isAlive, startServer, stopProcess, userEnvironment } from '../process';
import { TemporalError } from './errors';
import { type FindTemporalOptions, findTemporal, type TemporalExecutable } from './executable';
import { waitUntilReady } from './readiness';
import { serverArguments } from './server-arguments';
import { liveRecord, removeRecord, type ServerRecord, writeRecord } from './server-record';
import { canSkipTime } from './version';

export interface TemporalOptions extends FindTemporalOptions {
  /** Folder of the stack; the server keeps its files in `temporal/` below it. Made when absent. */
  readonly home: string;
  /** gRPC port wanted; when taken, the next free one. Default: any free port. */
  readonly port?: number;
  /** Port wanted for the UI; when taken, the next free one. Default: any free port. */
  readonly uiPort?: number;
  /** Leaves out the UI. Default false. */
  readonly headless?: boolean;
  /** Forgets everything when it stops. Default false: a SQLite file. */
  readonly inMemory?: boolean;
}

export interface RunningTemporal {
  readonly address: string;
  /** Undefined when headless. */
  readonly uiUrl: string | undefined;
  readonly pid: number;
  /** Where the program came from, for people: `cached 1.8.2 (~/.cache/…/temporal)`. */
  readonly origin: string;
  readonly serverVersion: string;
  /** Whether the clock can be moved: servers below 1.32 run journeys, but in real time only. */
  readonly timeSkipping: boolean;
  /** Whether the server was already running, left by a process that was killed. */
  readonly adopted: boolean;
  /** Finding, and if need be building, the program included. */
  readonly startedInMs: number;
  /** Ends the server, adopted or not, and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Brings up a private Temporal server on the loopback interface, or adopts the one that an earlier start left
 * running for `home`. The server outlives this process if that is killed. Throws {@link TemporalError}.
 */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  const startedAt = performance.now();
  const folder = join(resolve(options.home), 'temporal');
  mkdirSync(folder, { recursive: true });
  const record = join(folder, 'server.json');
  const adopted = await adopt(record, options.log);
  const { server, serverVersion } = adopted ?? (await launch(folder, record, options));
  return {
    address: `${loopback}:${server.port}`,
    uiUrl: server.uiPort === undefined ? undefined : `http://${loopback}:${server.uiPort}`,
    pid: server.pid,
    origin: server.origin,
    serverVersion,
    timeSkipping: canSkipTime(serverVersion),
    adopted: adopted !== undefined,
    startedInMs: Math.round(performance.now() - startedAt),
    stop: async () => {
      await stopServer(server.pid);
      removeRecord(record);
    },
  };
}

interface Started {
  readonly server: ServerRecord;
  readonly serverVersion: string;
}

async function adopt(record: string, log: TemporalOptions['log']): Promise<Started | undefined> {
  const server = await liveRecord(record);
  if (!server) return undefined;
  const ready = await untilReady(server, 15_000);
  if (ready) {
    log(`Temporal: found the server of an earlier run on port ${server.port}`);
    return { server, ...ready };
  }
  // It was being killed, or hangs; its file is safe either way.
  await stopServer(server.pid);
  removeRecord(record);
  return undefined;
}

async function launch(folder: string, record: string, options: TemporalOptions): Promise<Started> {
  const executable = await findTemporal(options);
  const log = join(folder, 'server.log');
  for (let attempt = 1; ; attempt++) {
    const logged = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
    const server = await spawnServer(executable, folder, options);
    writeRecord(record, server);
    const ready = await untilReady(server, 60_000);
    if (ready) return { server, ...ready };
    await stopServer(server.pid);
    removeRecord(record);
    const output = readFileSync(log, 'utf8').slice(logged);
    // It takes a dozen ports of its own choice; another process may have been quicker with one.
    if (!output.includes('address already in use') || attempt === 5) {
      const reason = output.trim().split('\n').at(-1) || 'it did not become ready within a minute';
      throw new TemporalError(
        'TEMPORAL_START_FAILED',
        `The Temporal server ${executable.path} did not start: ${reason} (log: ${log})`,
      );
    }
  }
}

async function spawnServer(
  { path, kind, versions }: TemporalExecutable,
  folder: string,
  options: TemporalOptions,
): Promise<ServerRecord> {
  const port = await choosePort('port', options.port, options.log);
  const uiPort = options.headless ? undefined : await choosePort('UI port', options.uiPort, options.log);
  const args = serverArguments({
    port,
    uiPort,
    databaseFile: options.inMemory ? undefined : join(folder, 'temporal.db'),
    serverVersion: versions.server,
  });
  // Without a home the program has nowhere to look for settings of the user's, which we do not want anyway.
  const env = { PATH: userEnvironment().PATH, HOME: folder };
  const pid = await startServer({ file: path, args, cwd: folder, env }, join(folder, 'server.log'));
  return { pid, port, uiPort, origin: `${kind} ${versions.cli} (${forPeople(path)})` };
}

function forPeople(path: string): string {
  const home = join(homedir(), sep);
  return path.startsWith(home) ? join('~', path.slice(home.length)) : path;
}

async function choosePort(
  name: string,
  wanted: number | undefined,
  log: TemporalOptions['log'],
): Promise<number> {
  const port = await freePort(wanted);
  if (wanted !== undefined && port !== wanted) log(`Temporal: ${name} ${wanted} is taken, using ${port}`);
  return port;
}

function untilReady({ pid, port }: ServerRecord, timeout: number) {
  const deadline = Date.now() + timeout;
  return waitUntilReady(`${loopback}:${port}`, () => isAlive(pid) && Date.now() < deadline);
}

function stopServer(pid: number): Promise<void> {
  return stopProcess(pid, [['SIGTERM', 10_000]]);
}
