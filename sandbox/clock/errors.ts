export type ClockErrorCode =
  /** An instant in the past was asked for. */
  | 'clock_backwards'
  /** What was asked for cannot be read. */
  | 'invalid_request'
  /** Temporal is not the embedded one, or too old: time goes by itself only. */
  | 'clock_unavailable'
  /** Something that is due does not get done. */
  | 'clock_stuck'
  /** The stack is being stopped. */
  | 'clock_stopped';

/** Why the clock does not move, with the status its route answers. */
export class ClockError extends Error {
  constructor(
    readonly code: ClockErrorCode,
    readonly statusCode: 400 | 409 | 503,
    message: string,
    options?: { cause: unknown },
  ) {
    super(message, options);
    this.name = 'ClockError';
  }
}
