export type PostgresErrorCode =
  | 'POSTGRES_NOT_FOUND'
  | 'POSTGRES_VERSION_MISMATCH'
  | 'POSTGRES_DATA_NOT_OURS'
  | 'POSTGRES_INIT_FAILED'
  | 'POSTGRES_START_FAILED'
  | 'POSTGRES_STUCK';

/** The embedded Postgres could not be brought up. The message says what to do. */
export class PostgresError extends Error {
  constructor(
    readonly code: PostgresErrorCode,
    message: string,
    options?: { cause: unknown },
  ) {
    super(message, options);
    this.name = 'PostgresError';
  }
}
