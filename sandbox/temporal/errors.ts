export type TemporalErrorCode = 'TEMPORAL_NOT_FOUND' | 'TEMPORAL_START_FAILED';

/** The embedded Temporal server could not be brought up. The message says what to do. */
export class TemporalError extends Error {
  constructor(
    readonly code: TemporalErrorCode,
    message: string,
    options?: { cause: unknown },
  ) {
    super(message, options);
    this.name = 'TemporalError';
  }
}
