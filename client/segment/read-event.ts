import { readInstant } from './instants';
import { limits } from './limits';
import type { JsonObject } from '../../ingest';
import { type EventType, eventTypes, isObject } from './parse-call';
import { required, type Violation, wrongType } from './violation';

/** The parts of a call that Segment's spec defines, read and checked one by one. */
export interface EventParts {
  readonly type: EventType;
  readonly userId: string | undefined;
  readonly anonymousId: string | undefined;
  readonly groupId: string | undefined;
  readonly previousId: string | undefined;
  /** `event` of a track, `name` of a page or screen. */
  readonly name: string | undefined;
  /** `traits` of identify and group, else `properties`. */
  readonly body: JsonObject;
  readonly context: JsonObject;
  /** When it happened by the sender's clock, in epoch milliseconds. */
  readonly timestamp: number | undefined;
}

export type ReadEvent =
  | { readonly ok: true; readonly parts: EventParts }
  | { readonly ok: false; readonly violations: readonly Violation[] };

/** Reads one event by Segment's spec. `null` and `""` count as absent in what identifies and names. */
export function readEvent(raw: unknown): ReadEvent {
  if (!isObject(raw)) return { ok: false, violations: [wrongType('', 'an object', raw)] };
  const reader = new Reader(raw);
  const type = reader.type();
  reader.messageId();
  if (type === 'page' || type === 'screen') reader.text('category');
  const parts = {
    userId: reader.text('userId'),
    anonymousId: reader.text('anonymousId'),
    groupId: reader.text('groupId', type === 'group'),
    previousId: reader.text('previousId', type === 'alias'),
    name: type === 'track' ? reader.text('event', true) : reader.text('name'),
    body: reader.object(hasTraits(type) ? 'traits' : 'properties'),
    context: reader.object('context'),
    timestamp: reader.instant('timestamp') ?? reader.instant('originalTimestamp'),
  };
  if (type === undefined || reader.violations.length > 0) return { ok: false, violations: reader.violations };
  return { ok: true, parts: { type, ...parts } };
}

/** Whether events of this type carry traits, where others carry properties. */
export function hasTraits(type: EventType | undefined): boolean {
  return type === 'identify' || type === 'group';
}

class Reader {
  readonly violations: Violation[] = [];

  constructor(private readonly raw: JsonObject) {}

  type(): EventType | undefined {
    const value = this.raw.type;
    const type = eventTypes.find((known) => known === value);
    if (type === undefined) {
      this.violations.push(
        isAbsent(value) ? required('type') : wrongType('type', `one of ${eventTypes.join(', ')}`, value),
      );
    }
    return type;
  }

  messageId(): void {
    const messageId = this.text('messageId');
    if (messageId === undefined || messageId.length <= limits.messageIdCharacters) return;
    const most = `text of at most ${limits.messageIdCharacters} characters`;
    this.violations.push({
      path: 'messageId',
      code: 'type',
      message: `expected ${most}, got ${messageId.length}`,
    });
  }

  text(name: string, isRequired = false): string | undefined {
    const value = this.raw[name];
    if (isAbsent(value)) {
      if (isRequired) this.violations.push(required(name));
      return undefined;
    }
    if (typeof value === 'string') return value;
    this.violations.push(wrongType(name, 'text', value));
    return undefined;
  }

  instant(name: string): number | undefined {
    const value = this.raw[name];
    if (isAbsent(value)) return undefined;
    const at = readInstant(value);
    if (at === undefined) this.violations.push(wrongType(name, 'an ISO 8601 instant', value));
    return at;
  }

  object(name: string): JsonObject {
    const value = this.raw[name];
    if (value === undefined || value === null) return {};
    if (isObject(value)) return value;
    this.violations.push(wrongType(name, 'an object', value));
    return {};
  }
}

/** `null` and `""` say as little as nothing. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
