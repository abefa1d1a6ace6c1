/** Why the clock does not move, with the status its route answers. */
export class ClockError extends Error {
  override readonly name = 'ClockError';

  constructor(
    readonly code: 'clock_backwards' | 'clock_fixed' | 'clock_stuck' | 'bad_request',
    readonly statusCode: 400 | 409 | 500,
    message: string,
  ) {
    super(message);
  }
}
