import { beginning } from '../beginning';
import { toE164 } from '../phone';

/** Something that points to one customer. */
export interface Identifier {
  readonly type: string;
  readonly value: string;
}

interface Bag {
  readonly [name: string]: unknown;
}

/** The parts of an event in which identifiers are found. */
export interface Identifying {
  readonly type: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly properties?: Bag;
  readonly traits?: Bag;
  readonly context?: Bag;
}

export interface IdentifierRules {
  /** ISO 3166 country that a phone without a prefix is read in. */
  readonly country: string;
  /** Values that identify nobody. */
  readonly blockedIdentifiers: readonly RegExp[];
  /** Our own senders, E.164: they are in everybody's messages. Default none. */
  readonly ownNumbers?: readonly string[];
}

/** The identifiers of an event, the one of highest priority first: `user_id`, `phone`, `email`, others by alphabet. */
export function identifiersOf(event: Identifying, rules: IdentifierRules): Identifier[] {
  const found: Identifier[] = [];
  for (const [type, raw] of mentions(event)) {
    const value = identifyingValue(type, raw, rules);
    if (value === null || found.some((one) => one.type === type && one.value === value)) continue;
    found.push({ type, value });
  }
  return found.sort(byPriority);
}

/** The phones of an event that are none, or not one person's, as they were written; at most 64 characters of each. */
export function refusedPhones(event: Identifying, rules: IdentifierRules): string[] {
  const refused = new Set<string>();
  for (const [type, raw] of mentions(event)) {
    if (type !== 'phone' || !isWritten(raw)) continue;
    if (identifyingValue(type, raw, rules) === null) refused.add(beginning(String(raw), 64));
  }
  return [...refused];
}

/** The value as it is compared; null when it can identify nobody. */
export function identifyingValue(type: string, raw: unknown, rules: IdentifierRules): string | null {
  if (!isWritten(raw)) return null;
  const text = String(raw);
  if (text.length > LONGEST) return null;
  if (rules.blockedIdentifiers.some((blocked) => blocked.test(text))) return null;
  switch (type) {
    case 'phone':
      return identifyingPhone(text, rules);
    case 'email':
      return emailPattern.test(text.trim()) ? text.trim().toLowerCase() : null;
    default:
      return text;
  }
}

function isWritten(raw: unknown): raw is string | number {
  return (typeof raw === 'string' || typeof raw === 'number') && String(raw).trim() !== '';
}

export function identifierKey({ type, value }: Identifier): string {
  return `${type}:${value}`;
}

/** A device may be anybody's: a tablet at the desk is held by thirty patients a day. */
export function isDevice({ type }: Identifier): boolean {
  return type === 'device_id' || type.startsWith('android.') || type.startsWith('ios.');
}

function identifyingPhone(text: string, rules: IdentifierRules): string | null {
  const phone = toE164(text, rules.country);
  if (!phone || phone.isShared || rules.ownNumbers?.includes(phone.e164)) return null;
  return phone.e164;
}

function byPriority(a: Identifier, b: Identifier): number {
  return rank(a) - rank(b) || (a.type < b.type ? -1 : a.type > b.type ? 1 : 0);
}

const first = ['user_id', 'phone', 'email'];

function rank({ type }: Identifier): number {
  const at = first.indexOf(type);
  return at === -1 ? first.length : at;
}

/** Every place of an event that may name a customer, with the type it would be. */
function* mentions(event: Identifying): Generator<[type: string, value: unknown]> {
  yield ['user_id', event.userId];
  yield ['anonymous_id', event.anonymousId];
  const context = bag(event.context);
  // The traits of a group are the group's: its phone is nobody's.
  if (event.type !== 'group') yield* custom(bag(event.traits));
  yield* custom(bag(context.traits));
  yield* custom(bag(event.properties));
  yield* device(bag(context.device));
  yield ['ga_client_id', bag(bag(context.integrations)['Google Analytics']).clientId];
  yield* external(context.externalIds);
}

function* custom(values: Bag): Generator<[string, unknown]> {
  yield ['phone', values.phone];
  yield ['email', values.email];
  yield ['device_id', values.device_id];
  yield ['device_id', values.deviceId];
}

function* device(values: Bag): Generator<[string, unknown]> {
  const system = typeof values.type === 'string' ? values.type.toLowerCase() : '';
  if (system !== 'android' && system !== 'ios') {
    yield ['device_id', values.id];
    return;
  }
  yield [`${system}.id`, values.id];
  yield [`${system}.push_token`, values.token];
  if (values.adTrackingEnabled === true) yield [`${system}.idfa`, values.advertisingId];
}

function* external(ids: unknown): Generator<[string, unknown]> {
  if (!Array.isArray(ids)) return;
  for (const one of ids.slice(0, MOST_EXTERNAL)) {
    const { id, type, collection, encoding } = bag(one);
    if (collection !== 'users' || encoding !== 'none') continue;
    if (typeof type === 'string' && typePattern.test(type) && type !== 'group_id') yield [type, id];
  }
}

function bag(value: unknown): Bag {
  return typeof value === 'object' && value !== null ? (value as Bag) : {};
}

/** Characters of a value; longer ones would not fit an index. */
const LONGEST = 256;
const MOST_EXTERNAL = 50;
const emailPattern = /^[^\s@]+@[^\s@]+$/;
const typePattern = /^[a-z][a-z0-9_.-]{0,63}$/;
