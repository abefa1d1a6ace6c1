/** What may be logged of an error. */
export interface DescribedError {
  readonly name: string;
  readonly code?: string;
  /** The part of the database's schema it concerns. */
  readonly table?: string;
  readonly constraint?: string;
  readonly stack: readonly string[];
  readonly cause?: DescribedError;
}

/**
 * An error without its message: those of the database and of parsers quote what they were given, which may be a
 * phone number. Name, code and the lines of code it came by are enough to find the place.
 */
export function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error, stack: [] };
  const { code, table, constraint, cause } = error as Error & { [field: string]: unknown };
  return {
    name: error.name,
    ...(typeof code === 'string' && { code }),
    ...(typeof table === 'string' && { table }),
    ...(typeof constraint === 'string' && { constraint }),
    stack: framesOf(error),
    ...(cause !== undefined && { cause: describeError(cause) }),
  };
}

function framesOf({ stack = '', message }: Error): string[] {
  const from = stack.indexOf(message) + message.length;
  const lines = stack.slice(from).split('\n');
  return lines.flatMap((line) => (/^\s+at /.test(line) ? [line.trim()] : [])).slice(0, 12);
}
