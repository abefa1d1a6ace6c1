import type { AcceptedEvent, JsonObject } from '../../ingest';
import { limits } from './limits';

export const eventTypes = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;
export type EventType = AcceptedEvent['type'];

/** What a body held: its events as they came, and what all of them share. */
export interface Call {
  readonly items: readonly unknown[];
  readonly context?: JsonObject;
  readonly sentAt?: unknown;
  readonly writeKey?: string;
}

export type ParsedCall =
  | { readonly ok: true; readonly call: Call }
  | { readonly ok: false; readonly message: string };

/** Reads the body of `/v1/<route>`. What is wrong with a single event is not judged here. */
export function parseCall(route: 'batch' | EventType, text: string): ParsedCall {
  const body = parseJson(text);
  if (!isObject(body)) return { ok: false, message: 'malformed JSON' };
  const writeKey = typeof body.writeKey === 'string' ? { writeKey: body.writeKey } : {};
  if (route !== 'batch') {
    return { ok: true, call: { items: [{ ...body, type: route }], sentAt: body.sentAt, ...writeKey } };
  }
  const { batch, context, sentAt } = body;
  if (!Array.isArray(batch)) return { ok: false, message: 'batch must be a list of events' };
  if (batch.length === 0) return { ok: false, message: 'batch is empty' };
  if (batch.length > limits.batchEvents) {
    return {
      ok: false,
      message: `a batch has at most ${limits.batchEvents} events, this one ${batch.length}`,
    };
  }
  return { ok: true, call: { items: batch, ...(isObject(context) ? { context } : {}), sentAt, ...writeKey } };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
    return unstorable.test(text) ? storable(value) : value;
  } catch {
    // The parser's message quotes the body: it is not passed on.
    return undefined;
  }
}

/** Escapes that JSON allows and Postgres refuses: the NUL character and halves of surrogate pairs. */
const unstorable = /\\u(?:0000|[dD][89a-fA-F])/;

/** With the flag `u` a whole pair is one character, so this matches halves only. */
const loneSurrogate = /\p{Surrogate}/gu;

/** `value` with U+FFFD in the place of characters that Postgres refuses. */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(loneSurrogate, '\uFFFD').replaceAll('\0', '\uFFFD');
  if (Array.isArray(value)) return value.map(storable);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [storable(name), storable(item)]));
}
