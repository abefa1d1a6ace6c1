import { createHash } from 'node:crypto';
import type { AcceptedEvent, JsonObject } from '../../ingest';
import { type IdentifierRules, identifierKey, identifiersOf } from '../../rules/identity/identifiers';
import { newId } from '../../store/ids';
import type { Quarantined } from '../../store/quarantine';
import type { Source } from '../../store/sources';
import { readInstant } from './instants';
import { judgeConsent } from './judge-consent';
import { limits } from './limits';
import { isObject } from './parse-call';
import { type EventParts, hasTraits, isAbsent, readEvent } from './read-event';
import { judgeProperties, plannedEvent, type TrackingPlan } from './tracking-plan';
import type { Violation } from './violation';

export interface JudgeOptions {
  readonly plan: TrackingPlan;
  readonly identifiers: IdentifierRules;
}

/** What the events of a call share. */
export interface CallTerms {
  readonly source: Pick<Source, 'name' | 'storeUnplanned'>;
  readonly context?: JsonObject;
  readonly sentAt?: unknown;
}

export type Judgement = AcceptedVerdict | QuarantinedVerdict | RefusedVerdict;

export interface AcceptedVerdict {
  readonly verdict: 'accepted';
  readonly event: AcceptedEvent;
  /** As it came, should it have to be set aside after all. */
  readonly row: Omit<QuarantineRow, 'violations'>;
  /** What identifies the customer: events that share one take effect in their order. */
  readonly keys: readonly string[];
  readonly bytes: number;
}

export interface QuarantinedVerdict {
  readonly verdict: 'quarantined';
  readonly row: QuarantineRow;
  /** It touches no customer. */
  readonly keys: readonly [];
  readonly bytes: number;
}

/** Not even set aside: it is larger or deeper than may be stored. */
export interface RefusedVerdict {
  readonly verdict: 'refused';
  readonly code: 'event_too_large' | 'event_too_deep';
  readonly message: string;
  readonly messageId?: string;
}

export type QuarantineRow = Omit<Quarantined, 'receivedAt' | 'violations'> & {
  readonly violations: readonly Violation[];
};

/** Judges one event of a call: by its size, by Segment's spec, by what identifies its customer, and by the plan. */
export function judgeEvent(raw: unknown, terms: CallTerms, options: JudgeOptions): Judgement {
  const event = withContext(raw, terms.context);
  const messageId = givenMessageId(event);
  if (deeperThan(event, limits.depth)) {
    const message = `expected at most ${limits.depth} levels of objects and lists`;
    return { verdict: 'refused', code: 'event_too_deep', message, ...messageId };
  }
  const bytes = Buffer.byteLength(JSON.stringify(event));
  if (bytes > limits.eventBytes) {
    const message = `expected at most ${limits.eventBytes} bytes as JSON, got ${bytes}`;
    return { verdict: 'refused', code: 'event_too_large', message, ...messageId };
  }
  // A sending clock that cannot be read is no reason to refuse what happened: it goes uncorrected.
  const sentAt = readInstant(isObject(event) ? event.sentAt : undefined) ?? readInstant(terms.sentAt);
  const row = {
    messageId: messageId.messageId ?? madeMessageId(event),
    sentAt: sentAt === undefined ? null : new Date(sentAt),
    source: terms.source.name,
    event,
  };
  const read = readEvent(event);
  if (!read.ok) return quarantine(row, read.violations, bytes);
  const consent = read.parts.type === 'identify' ? judgeConsent(read.parts.context) : [];
  if (consent.length > 0) return quarantine(row, consent, bytes);
  const accepted = toAccepted(read.parts, row);
  const identifiers = identifiersOf(accepted, options.identifiers);
  if (identifiers.length === 0) return quarantine(row, [noIdentity], bytes);
  const plan = judgeByPlan(read.parts, terms.source, options.plan);
  if (!plan.ok) return quarantine(row, plan.violations, bytes);
  return {
    verdict: 'accepted',
    event: plan.version === undefined ? accepted : { ...accepted, eventVersion: plan.version },
    row,
    keys: identifiers.map(identifierKey),
    bytes,
  };
}

export const noIdentity: Violation = {
  path: '',
  code: 'no_identity',
  message: 'expected userId, anonymousId or another identifier that can tell whose event it is',
};

/** More would not help whoever mends the event. */
const mostViolations = 20;

function quarantine(
  row: Omit<QuarantineRow, 'violations'>,
  violations: readonly Violation[],
  bytes: number,
): QuarantinedVerdict {
  const stated = violations.slice(0, mostViolations);
  return { verdict: 'quarantined', row: { ...row, violations: stated }, keys: [], bytes };
}

function judgeByPlan(
  parts: EventParts,
  source: CallTerms['source'],
  plan: TrackingPlan,
): { ok: true; version?: number } | { ok: false; violations: readonly Violation[] } {
  if (parts.type !== 'track' || parts.name === undefined) return { ok: true };
  const definition = plannedEvent(plan, parts.name);
  if (definition) {
    const { protocols } = parts.context;
    return judgeProperties(definition, isObject(protocols) ? protocols.event_version : undefined, parts.body);
  }
  // A name that Jornada keeps for its own events is closed to every source.
  if (source.storeUnplanned && !Object.hasOwn(plan, parts.name)) return { ok: true };
  const message = 'expected an event of the tracking plan';
  return { ok: false, violations: [{ path: 'event', code: 'unknown_event', message }] };
}

function toAccepted(parts: EventParts, row: Omit<QuarantineRow, 'violations'>): AcceptedEvent {
  const { type, userId, anonymousId, groupId, previousId, name, body, context, timestamp } = parts;
  const event: { -readonly [Part in keyof AcceptedEvent]: AcceptedEvent[Part] } = {
    type,
    messageId: row.messageId,
    source: row.source,
    context,
  };
  if (hasTraits(type)) event.traits = body;
  else event.properties = body;
  if (userId !== undefined) event.userId = userId;
  if (anonymousId !== undefined) event.anonymousId = anonymousId;
  if (groupId !== undefined) event.groupId = groupId;
  if (previousId !== undefined) event.previousId = previousId;
  if (name !== undefined) event.name = name;
  if (timestamp !== undefined) event.originalTimestamp = new Date(timestamp);
  if (row.sentAt !== null) event.sentAt = row.sentAt;
  return event;
}

/** The event under the context its call states for all; without the key it was sent with, which is a secret. */
function withContext(raw: unknown, context: JsonObject | undefined): unknown {
  if (!isObject(raw)) return raw;
  const event = 'writeKey' in raw ? withoutKey(raw) : raw;
  if (context === undefined) return event;
  const own = event.context;
  // One that is no object is left for the judgement to see.
  if (own !== undefined && own !== null && !isObject(own)) return event;
  return { ...event, context: { ...context, ...own } };
}

function withoutKey({ writeKey: _secret, ...event }: JsonObject): JsonObject {
  return event;
}

function givenMessageId(event: unknown): { messageId?: string } {
  if (!isObject(event) || typeof event.messageId !== 'string' || event.messageId === '') return {};
  return event.messageId.length <= limits.messageIdCharacters ? { messageId: event.messageId } : {};
}

/** One that cannot be used is replaced by one made of the event, so that a retry is known as the same. */
function madeMessageId(event: unknown): string {
  if (!isObject(event) || isAbsent(event.messageId)) return `made-${newId()}`;
  const { sentAt: _differsByAttempt, ...constant } = event;
  return `made-${createHash('sha256').update(JSON.stringify(constant)).digest('hex')}`;
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    if (typeof item === 'object' && item !== null && deeperThan(item, levels - 1)) return true;
  }
  return false;
}
