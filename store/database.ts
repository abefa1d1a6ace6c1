import {
  type CustomTypesConfig,
  Pool,
  type PoolClient,
  type QueryResult,
  type QueryResultRow,
  types,
} from 'pg';
import { isConflict, TransactionConflict } from './database-errors';

/** A statement: `name` makes it a prepared one, kept per connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: unknown[];
}

/** What a store module needs of a pool or of the client of a transaction. */
export interface Queryable {
  query<Row extends QueryResultRow = QueryResultRow>(
    statement: string | Statement,
    values?: unknown[],
  ): Promise<QueryResult<Row>>;
}

export type Database = Pool;

export interface DatabaseOptions {
  /** Most connections held at once. Default 10. */
  readonly max?: number;
  /** Shown in `pg_stat_activity`. Default `jornada`. */
  readonly applicationName?: string;
  /** Milliseconds to wait for a connection before the query fails. Default 10,000. */
  readonly connectTimeout?: number;
}

/**
 * Opens a pool. `int8` (and arrays of it) is read as a number, `timestamptz` as a Date,
 * `date` as its text.
 * Nothing connects until the first query. The caller owns the pool and ends it with `pool.end()`.
 */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'jornada',
    connectionTimeoutMillis: options.connectTimeout ?? 10_000,
    // A new connection has everything to learn again, tables and plans: the first event on it waits tens of milliseconds.
    idleTimeoutMillis: 600_000,
    keepAlive: true,
    // Statements of a client that are not waited for one by one go out together, and are carried out in their order.
    pipeline: true,
    types: columnTypes,
  });
  // An idle connection broke: the pool has dropped it already, and the next query opens another.
  pool.on('error', () => {});
  // A connection that is lost between two queries of its borrower says so by an event, which would end the process if
  // nobody heard it, be it in the very tick in which it is lent. The next query on it fails and tells the borrower.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

export interface TransactionOptions {
  /** How often a serialization failure or deadlock is tried again. Default 5. */
  readonly retries?: number;
  /** Default `read committed`. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  /**
   * Statements find rows by index only. Those of a hot path know the keys of what they read; but a prepared plan made
   * while a table was small goes on scanning all of it until the next statistics. What has no index is scanned all the
   * same, only that the planner then thinks it dear enough to compile. Default false.
   */
  readonly byIndex?: boolean;
}

/**
 * Runs `work` in one transaction and commits what it did; anything it throws rolls back and is thrown on.
 * A serialization failure or deadlock runs `work` again from the top, so it must have no effect outside the
 * transaction. After the last retry it throws {@link TransactionConflict}.
 */
export async function tx<T>(
  pool: Pool,
  work: (client: Queryable) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const retries = options.retries ?? 5;
  for (let attempt = 0; ; attempt++) {
    try {
      return await once(pool, work, beginning(options));
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (attempt >= retries) throw new TransactionConflict(attempt + 1, { cause: error });
      await pause(attempt);
    }
  }
}

/** In one message to the server, since each costs the way there and back. */
function beginning({ isolation = 'read committed', byIndex = false }: TransactionOptions): string {
  const off = byIndex ? ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit'] : [];
  return [`begin isolation level ${isolation}`, ...off.map((setting) => `set local ${setting} = off`)].join(
    '; ',
  );
}

async function once<T>(pool: Pool, work: (client: Queryable) => Promise<T>, begin: string): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    // Waited for: what went out behind a begin that failed would be committed statement by statement.
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    broken = !(await rolledBack(client));
    throw error;
  } finally {
    client.release(broken);
  }
}

async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('rollback');
    return true;
  } catch {
    // The connection is gone and the server rolls back by itself; the first error is the one that counts.
    return false;
  }
}

/** Full jitter: two transactions that collided should not collide again. */
function pause(attempt: number): Promise<void> {
  const longest = 10 * 2 ** Math.min(attempt, 6);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
}

const asIs = (text: string) => text;

/** The driver's list of types names no arrays; its registry knows them. */
const int8Array = 1016 as Parameters<typeof types.getTypeParser>[0];
const readInt8Array: (text: string) => (string | null)[] = types.getTypeParser(int8Array);

/** Parsers by type, for our pools only: `pg.types` is shared with every other user of the driver. */
const parsers = new Map<number, (text: string) => unknown>([
  [types.builtins.INT8, toNumber],
  [int8Array, (text) => readInt8Array(text).map((item) => (item === null ? null : toNumber(item)))],
  // A date has no zone; as a Date it would shift with the machine's.
  [types.builtins.DATE, asIs],
]);

const columnTypes: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : parsers.get(oid)) ??
    types.getTypeParser(oid, format as 'text')) as CustomTypesConfig['getTypeParser'],
};

function toNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} does not fit a number`);
  return value;
}
