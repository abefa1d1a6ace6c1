import { isGrpcServiceError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { isUnavailable } from '../../store/database-errors';

/**
 * Whose fault a failed delivery is. `outage`: nobody's row, the call will pass once the server is
 * back. `row`: what was said is wrong and will be next time. `unclear`: a server in trouble says so too.
 */
export type Fault = 'outage' | 'row' | 'unclear';

export function faultOf(error: unknown): Fault {
  if (error instanceof NamespaceNotFoundError || isUnavailable(error)) return 'outage';
  const code = grpcCode(error);
  // A connection that broke under a call comes as "unknown".
  if (code === 2 && /transport error/.test(describeFailure(error))) return 'outage';
  // Every start is refused, not this one.
  if (code === 3 && /search attribute/.test(describeFailure(error))) return 'outage';
  if (code !== undefined) return faults.get(code) ?? 'row';
  // What the SDK says of a connection that was closed under a call.
  if (error instanceof Error && /connection|transport|Core runtime/i.test(error.message)) return 'outage';
  return 'row';
}

/** The status code of a gRPC error, also of one wrapped by the client. */
export function grpcCode(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  const cause = error instanceof Error ? error.cause : undefined;
  return isGrpcServiceError(cause) ? cause.code : undefined;
}

/** For the record: no more than a line, and never what was being delivered. */
export function describeFailure(error: unknown): string {
  const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
  const name = cause instanceof Error ? cause.name : typeof cause;
  const code = grpcCode(error);
  const text = cause instanceof Error ? cause.message : '';
  return `${name}${code === undefined ? '' : ` (${code})`}: ${text}`.slice(0, 500);
}

/** By gRPC status code. Those left out are the row's fault. */
const faults = new Map<number, Fault>([
  [1, 'outage'], // canceled
  [2, 'unclear'], // unknown
  [4, 'outage'], // deadline exceeded
  [7, 'outage'], // permission denied: the settings are wrong, not the row
  [8, 'outage'], // resource exhausted
  [10, 'outage'], // aborted
  [13, 'unclear'], // internal
  [14, 'outage'], // unavailable
  [16, 'outage'], // unauthenticated
]);
