import { types } from 'node:util';
import { mask } from './mask';

/**
 * The fields as they may be logged. Numbers, booleans, instants and what stands under one of the names below
 * stay, with phone numbers and e-mail addresses masked; all else becomes `[hidden]`. Thus neither a trait nor a
 * property of a customer is logged by accident, whatever it is called. A new field that is about the system
 * and not about a person is added to the list.
 */
export function loggable(fields: Record<string, unknown>): Record<string, unknown> {
  return plain(fields, '', 0) as Record<string, unknown>;
}

const harmless = new Set([
  // the domain
  'journey',
  'version',
  'enrollmentId',
  'profileId',
  'sendId',
  'eventId',
  'outboxId',
  'messageId',
  'offer',
  'offerId',
  'sourceId',
  'source',
  'event',
  'message',
  'step',
  'stage',
  'status',
  'state',
  'reason',
  'verdict',
  'check',
  'outcome',
  'purpose',
  'channel',
  'locale',
  'timezone',
  'audience',
  'lane',
  'key',
  'idempotencyKey',
  // instants and spans
  'at',
  'now',
  'dueAt',
  'until',
  'since',
  'startedAt',
  'lag',
  'clock',
  // Temporal
  'workflowId',
  'workflowType',
  'runId',
  'taskQueue',
  'namespace',
  'activityType',
  'activityId',
  'sdkComponent',
  'identity',
  'buildId',
  'historyType',
  // Twilio
  'sid',
  'messageSid',
  'providerSid',
  'errorCode',
  'fault',
  // processes and requests
  'component',
  'kind',
  'type',
  'name',
  'code',
  'method',
  'route',
  'path',
  'url',
  'address',
  'host',
  'origin',
  'requestId',
  'reqId',
  'signal',
  'file',
  'folder',
  'serverVersion',
  'problem',
  'problems',
  'result',
  'action',
  // errors, of Postgres too
  'err',
  'error',
  'cause',
  'stack',
  'severity',
  'constraint',
  'table',
  'column',
  'schema',
  'routine',
]);

const hidden = '[hidden]';
const deepest = 6;
const mostItems = 100;
/** No count of ours is as large, but a phone number in digits is. */
const largestCount = 1e9;

function plain(value: unknown, name: string, depth: number): unknown {
  if (value === undefined || value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return isCount(value, name) ? value : hidden;
  if (typeof value === 'bigint') return plain(Number(value), name, depth);
  if (types.isDate(value)) return Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString();
  if (depth > 0 && !harmless.has(name)) return hidden;
  if (typeof value === 'string') return mask(value);
  if (typeof value !== 'object') return hidden;
  if (depth >= deepest) return '[deeper]';
  // A list stands under the name of what it lists.
  if (Array.isArray(value)) return value.slice(0, mostItems).map((item) => plain(item, name, depth + 1));
  if (isError(value)) return plainError(value, depth);
  return plainObject(value, depth);
}

function plainObject(value: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, mostItems)
      .map(([key, item]) => [mask(key), plain(item, key, depth + 1)]),
  );
}

function plainError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause, ...rest } = error;
  return {
    ...plainObject(rest, depth),
    type: name ?? error.constructor.name,
    message: mask(message),
    ...(stack !== undefined && { stack: mask(stack) }),
    ...(cause !== undefined && { cause: plain(cause, 'cause', depth + 1) }),
  };
}

export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

function isCount(value: number, name: string): boolean {
  return Math.abs(value) < largestCount || /(Ms|At|Bytes|Offset)$/.test(name);
}
