import { readInstant } from './instants';
import { limits } from './limits';
import type { JsonObject } from '../../ingest';
import { type EventType, eventTypes, isObject } from './parse-call';
import { required, type Violation, wrongType } from './violation';

/** The parts of a call that Segment's spec defines, read and checked one by one. */
export interface EventParts {
  readonly type: EventType;
  readonly messageId?: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly groupId?: string;
  readonly previousId?: string;
  /** `event` of a track, `name` of a page or screen. */
  readonly name?: string;
  /** `traits` of identify and group, else `properties`. */
  readonly body: JsonObject;
  readonly context: JsonObject;
  /** When it happened by the sender's clock, in epoch milliseconds. */
  readonly timestamp?: number;
  /** When it was sent by the sender's clock. */
  readonly sentAt?: number;
}

export type ReadEvent =
  | { readonly ok: true; readonly parts: EventParts }
  | { readonly ok: false; readonly violations: readonly Violation[] };

/** Reads one event by Segment's spec. `null` and `""` count as absent in what identifies and names. */
export function readEvent(raw: unknown): ReadEvent {
  if (!isObject(raw)) return { ok: false, violations: [wrongType('', 'an object', raw)] };
  const reader = new Reader(raw);
  const type = reader.type();
  const parts = {
    messageId: reader.messageId(),
    userId: reader.text('userId'),
    anonymousId: reader.text('anonymousId'),
    groupId: reader.text('groupId', type === 'group'),
    previousId: reader.text('previousId', type === 'alias'),
    name: type === 'track' ? reader.text('event', true) : reader.text('name'),
    timestamp: reader.instant('timestamp') ?? reader.instant('originalTimestamp'),
    // A clock that cannot be read is no reason to refuse what happened: it goes uncorrected.
    sentAt: readInstant(raw.sentAt),
  };
  if (type === 'page' || type === 'screen') reader.text('category');
  const body = reader.object(hasTraits(type) ? 'traits' : 'properties');
  const context = reader.object('context');
  if (type === undefined || reader.violations.length > 0) return { ok: false, violations: reader.violations };
  return { ok: true, parts: { ...defined(parts), type, body, context } };
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

  messageId(): string | undefined {
    const messageId = this.text('messageId');
    if (messageId === undefined || messageId.length <= limits.messageIdCharacters) return messageId;
    const most = `text of at most ${limits.messageIdCharacters} characters`;
    this.violations.push({
      path: 'messageId',
      code: 'type',
      message: `expected ${most}, got ${messageId.length}`,
    });
    return undefined;
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

/** Without the entries that are undefined. */
function defined<T extends object>(parts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
