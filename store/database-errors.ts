import { types } from 'node:util';
import { DatabaseError } from 'pg';

/** Two transactions kept colliding. The work was rolled back: it may be tried again later. */
export class TransactionConflict extends Error {
  readonly code = 'TRANSACTION_CONFLICT';

  constructor(attempts: number, options: { cause: unknown }) {
    super(
      `The transaction was rolled back ${attempts} times by others that ran beside it; try again.`,
      options,
    );
    this.name = 'TransactionConflict';
  }
}

/** A serialization failure or a deadlock: the same work, run again, may succeed. */
export function isConflict(error: unknown): boolean {
  const code = sqlState(error);
  return code === '40001' || code === '40P01';
}

/** Whether the statement gave up waiting for a lock, after the `lock_timeout` that it was given. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === '55P03';
}

/** Whether `error` is a violated unique constraint or index (of that name, when given). */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlState(error) !== '23505') return false;
  return constraint === undefined || (error as DatabaseError).constraint === constraint;
}

/**
 * Whether the database is away rather than the statement wrong: refused, reset or timed-out connections,
 * shutting down, starting up, out of connections. Whether a commit in flight took effect is then unknown.
 */
export function isUnavailable(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const code = sqlState(error);
  if (code !== undefined) {
    return code.startsWith('08') || code === '53300' || /^57P0[1-5]$/.test(code);
  }
  const systemCode = (error as NodeJS.ErrnoException).code;
  if (systemCode !== undefined && networkCodes.has(systemCode)) return true;
  return lostConnection.test(error.message);
}

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** The driver has no codes for these. */
const lostConnection =
  /^(Connection terminated|timeout (expired|exceeded when trying to connect)|Client has encountered a connection error)/;

function sqlState(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}
