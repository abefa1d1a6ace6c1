import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { findPostmaster, stopPostmaster } from '../../sandbox/postgres/postmaster';
import { startPostgres } from '../../sandbox/postgres/start';
import { isAlive, stopProcess } from '../../sandbox/process';
import { liveRecord } from '../../sandbox/temporal/server-record';
import { startTemporal } from '../../sandbox/temporal/start';
import { migrate } from '../../store/migrate';
import { bundleWorkflows } from './bundle';
import { databaseUrl } from './database';
import type { TestLocations } from './locations';

export interface TestServers {
  readonly locations: TestLocations;
  stop(): Promise<void>;
}

/**
 * One Postgres and one Temporal for the whole run, in a folder that is removed with them. Those named by
 * DATABASE_URL and TEMPORAL_ADDRESS are used instead and left running.
 */
export async function startTestServers(environment: NodeJS.ProcessEnv): Promise<TestServers> {
  await sweep();
  const folder = newFolder();
  const owned: (() => Promise<void>)[] = [];
  const stop = async () => {
    await Promise.all(owned.map((end) => end()));
    rmSync(folder, { recursive: true, force: true });
  };
  const parts = [
    postgres(folder, environment.DATABASE_URL, owned),
    temporal(folder, environment.TEMPORAL_ADDRESS, owned),
    bundleWorkflows(folder),
  ] as const;
  try {
    const [database, temporalAddress, bundle] = await Promise.all(parts);
    return {
      locations: { ...database, temporalAddress, ...(bundle !== undefined && { workflowBundle: bundle }) },
      stop,
    };
  } catch (error) {
    // The others may still be starting something that has to be ended.
    await Promise.allSettled(parts);
    await stop();
    throw error;
  }
}

async function postgres(folder: string, given: string | undefined, owned: (() => Promise<void>)[]) {
  let adminUrl = given;
  if (adminUrl === undefined) {
    const server = await startPostgres({
      dataDir: join(folder, 'postgres'),
      log: print,
      settings: disposable,
    });
    owned.push(server.stop);
    adminUrl = server.url;
  }
  const templateDatabase = `jornada_template_${randomBytes(6).toString('hex')}`;
  await query(adminUrl, `create database ${templateDatabase}`);
  if (given !== undefined) {
    owned.push(() => query(given, `drop database if exists ${templateDatabase} with (force)`));
  }
  await migrate(databaseUrl(adminUrl, templateDatabase));
  return { adminUrl, templateDatabase };
}

async function temporal(folder: string, given: string | undefined, owned: (() => Promise<void>)[]) {
  if (given !== undefined) return given;
  const server = await startTemporal({ home: folder, log: print, headless: true, inMemory: true });
  owned.push(server.stop);
  return server.address;
}

/** A crash of the machine may cost the data of a test run; a crash of the server may not, some test that. */
const disposable = { fsync: 'off', full_page_writes: 'off' };

const prefix = 'jornada-test-';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  // When root runs the tests, Postgres runs as nobody, who must get through to its data.
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, 'owner'), String(process.pid));
  return folder;
}

/** Ends the servers of runs that were killed before they could. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const folder = join(tmpdir(), name);
    const owner = join(folder, 'owner');
    if (!name.startsWith(prefix) || !existsSync(owner)) continue;
    if (isAlive(Number(readFileSync(owner, 'utf8')))) continue;
    await endServersOf(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function endServersOf(folder: string): Promise<void> {
  const postmaster = await findPostmaster(join(folder, 'postgres', 'cluster'));
  if (postmaster) await stopPostmaster(postmaster.pid);
  const temporal = await liveRecord(join(folder, 'temporal', 'server.json'));
  if (temporal) await stopProcess(temporal.pid, []);
}

async function query(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function print(line: string): void {
  process.stderr.write(`${line}\n`);
}
