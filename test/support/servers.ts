import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../../sandbox/postgres/start';
import { startTemporal } from '../../sandbox/temporal/start';
import { migrate } from '../../store/migrate';
import { bundleWorkflows } from './bundle';
import { databaseUrl } from './database';
import { sweepFolders, testFolder } from './folders';
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
  await sweepFolders();
  const folder = testFolder();
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
