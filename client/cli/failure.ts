import { types } from 'node:util';
import { ConfigError } from '../../config/config-error';
import { isUnavailable } from '../../store/database-errors';
import { HttpError } from '../http/http-error';
import { CliError, type ExitCode, exitCodes } from './exit-codes';

export interface Failure {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly message: string;
}

/** How an error is told: a stable code, a sentence, and what the process exits with. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CliError) return error;
  if (error instanceof ConfigError) {
    return { exitCode: exitCodes.config, code: error.code, message: error.message };
  }
  if (error instanceof HttpError) {
    const exitCode = exitCodeOf(error.statusCode);
    return { exitCode, code: error.code, message: error.message };
  }
  if (isUnavailable(error)) {
    return {
      exitCode: exitCodes.unreachable,
      code: 'database_unreachable',
      message:
        'The database does not answer. Is the stack running? Start it with `npx jornada up`, or set DATABASE_URL.',
    };
  }
  if (!types.isNativeError(error)) {
    return { exitCode: exitCodes.failed, code: 'failed', message: String(error) };
  }
  const { code, message, port } = error as Error & { code?: unknown; port?: unknown };
  if (code === 'EADDRINUSE') {
    const taken = `Port ${String(port)} is taken: set PORT to another, or end what listens there.`;
    return { exitCode: exitCodes.config, code: 'port_taken', message: taken };
  }
  return {
    exitCode: (typeof code === 'string' && exitCodeOfError[code]) || exitCodes.failed,
    code: typeof code === 'string' ? code : 'failed',
    message,
  };
}

/** Of errors of other rooms; any other is plainly failed. */
const exitCodeOfError: { readonly [code: string]: ExitCode } = {
  HOME_IN_USE: exitCodes.refused,
  clock_backwards: exitCodes.refused,
  clock_unavailable: exitCodes.refused,
  TEMPORAL_UNREACHABLE: exitCodes.unreachable,
};

function exitCodeOf(statusCode: number): ExitCode {
  if (statusCode === 404) return exitCodes.notFound;
  return statusCode === 409 ? exitCodes.refused : exitCodes.usage;
}
