/** What the process says to whoever started it. Stable. */
export const exitCodes = {
  done: 0,
  /** Something went wrong that should not have, or the demo missed what it expected. */
  failed: 1,
  /** The command line is not understood. */
  usage: 2,
  /** The environment is not usable. */
  config: 3,
  /** The database, the stack or another part cannot be reached. */
  unreachable: 4,
  /** No such customer, journey, source, event or row. */
  notFound: 5,
  /** Understood, and refused: the journey is stopped, the launch is held, the clock only moves forward, the event is still wrong, the name is taken. */
  refused: 6,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A failure that is told in one sentence. */
export class CliError extends Error {
  constructor(
    readonly exitCode: ExitCode,
    readonly code: string,
    message: string,
    options?: { cause: unknown },
  ) {
    super(message, options);
    this.name = 'CliError';
  }
}
