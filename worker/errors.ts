export type WorkerErrorCode =
  /** The namespace lacks a search attribute and we may not add it: add it by hand. */
  | 'SEARCH_ATTRIBUTES_MISSING'
  /** Nothing answers at its address, or not to us: start it, or correct `TEMPORAL_ADDRESS`, TLS or API key. */
  | 'TEMPORAL_UNREACHABLE';

/** What keeps a worker from working, with what to do about it. */
export class WorkerError extends Error {
  constructor(
    readonly code: WorkerErrorCode,
    message: string,
    options?: { cause: unknown },
  ) {
    super(message, options);
    this.name = 'WorkerError';
  }
}
