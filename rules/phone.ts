import parsePhoneNumber, { type CountryCode, type NumberType, type PhoneNumber } from 'libphonenumber-js/max';

export interface Phone {
  readonly e164: string;
  /** Many people share it (toll-free, shared cost, premium): it can identify nobody. */
  readonly isShared: boolean;
}

/**
 * Reads a phone number, in `country` when it carries no prefix of its own. A channel in front of it (`whatsapp:`) is
 * passed over. A number that is only possible, as the ones kept for fiction are, is one too. Null for what is none: too
 * short or long, with letters or an extension.
 *
 * @example toE164('(212) 555-0142', 'US') // { e164: '+12125550142', isShared: false }
 */
export function toE164(value: unknown, country: string): Phone | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  if (String(value).length > LONGEST) return null;
  const spelling = `${country} ${value}`;
  const known = read.get(spelling);
  if (known !== undefined) return known;
  const phone = parse(String(value), country);
  const answer = phone && { e164: phone.number, isShared: sharedTypes.has(phone.getType()) };
  if (read.size >= MOST_READ) read.clear();
  read.set(spelling, answer);
  return answer;
}

/** A number is read several times for each event that carries it, and that takes the library tens of microseconds. */
const read = new Map<string, Phone | null>();
const MOST_READ = 10_000;

const sharedTypes: ReadonlySet<NumberType> = new Set([
  'TOLL_FREE',
  'SHARED_COST',
  'PREMIUM_RATE',
  'UAN',
  'VOICEMAIL',
]);

/** Longer than any spelling of a number: not worth parsing, nor remembering. */
const LONGEST = 64;

function parse(value: string, country: string): PhoneNumber | null {
  const text = value.trim().replace(/^[a-z]+:/i, '');
  const phone = parsePhoneNumber(text, { defaultCountry: country as CountryCode, extract: false });
  return phone?.isPossible() && phone.ext === undefined ? phone : null;
}
