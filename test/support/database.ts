import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { type Database, openDatabase } from '../../store/database';
import { testLocations } from './locations';

export interface TestDatabase {
  readonly url: string;
  readonly pool: Database;
  /** Ends the pool and drops the database, whoever else is still connected. */
  drop(): Promise<void>;
}

/** A database of one's own with the schema applied. One for each test file is enough; it takes ~50 ms. */
export async function testDatabase(): Promise<TestDatabase> {
  return createDatabase(testLocations().templateDatabase);
}

/** The same without a schema. */
export async function emptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template0');
}

/** A database of one's own with what is in another, to which nobody may be connected meanwhile. */
export async function copyOf({ url }: TestDatabase): Promise<TestDatabase> {
  return createDatabase(new URL(url).pathname.slice(1));
}

async function createDatabase(template: string): Promise<TestDatabase> {
  const name = `jornada_test_${randomBytes(6).toString('hex')}`;
  await administer(`create database ${name} template ${template}`);
  const url = databaseUrl(testLocations().adminUrl, name);
  const pool = openDatabase(url);
  return {
    url,
    pool,
    drop: async () => {
      await pool.end();
      await administer(`drop database if exists ${name} with (force)`);
    },
  };
}

export function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.toString();
}

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: testLocations().adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
