import { format } from 'node:util';
import pino from 'pino';
import type { LogLevel } from './environment';
import { isError, loggable } from './loggable';
import { mask } from './mask';
import { prettyStream } from './pretty-stream';

export type Logger = pino.Logger;

export interface LoggerOptions {
  readonly level: LogLevel;
  /** One line for people instead of JSON. Default: whether standard output is a terminal. */
  readonly pretty?: boolean;
  /** Gets each line. Default: standard output. */
  readonly destination?: pino.DestinationStream;
}

/**
 * A logger that tells nothing about a person: phone numbers and e-mail addresses are masked in messages,
 * errors and fields, and text in a field appears only if the field's name is known to be harmless (see
 * loggable.ts).
 */
export function createLogger({ level, pretty, destination }: LoggerOptions): Logger {
  const output = destination ?? process.stdout;
  const forPeople = pretty ?? (destination === undefined && process.stdout.isTTY === true);
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: loggable,
      },
      // Errors are made into plain fields by loggable, with their messages masked.
      serializers: { err: (error: unknown) => error },
      hooks: { logMethod: maskMessage },
    },
    forPeople ? prettyStream(output) : output,
  );
  // Pino hands the fields of a child to no formatter. Children inherit this method.
  const { child } = logger;
  logger.child = function <Levels extends string = never>(
    this: Logger,
    fields: pino.Bindings,
    options?: pino.ChildLoggerOptions<Levels>,
  ) {
    return Reflect.apply(child, this, [loggable(fields), options]) as pino.Logger<Levels>;
  };
  return logger;
}

/** Masks the message of a call, and gives one to a call that has only an error: pino would take its own. */
function maskMessage(this: Logger, args: Parameters<pino.LogFn>, method: pino.LogFn): void {
  const [first, ...rest] = args as unknown as [unknown, ...unknown[]];
  if (typeof first === 'string') {
    method.call(this, mask(format(first, ...rest)));
    return;
  }
  const fields = isError(first) ? { err: first } : (first as object);
  const message = rest.length > 0 ? format(...rest) : errorMessage(fields);
  if (message === undefined) method.call(this, fields);
  else method.call(this, fields, mask(message));
}

function errorMessage(fields: object): string | undefined {
  const { err } = fields as { err?: unknown };
  return isError(err) ? err.message : undefined;
}
