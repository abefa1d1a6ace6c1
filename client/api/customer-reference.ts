import { toE164 } from '../../rules/phone';
import type { Identifier } from '../../store/customers';

/**
 * Reads `<type>:<value>` into the spellings it may be stored in, the likeliest first; undefined when it has no type or
 * no value. Phones in any spelling become E.164, read in `country` when they carry no prefix. In a query a `+` that
 * was not escaped arrives as a space: both are looked for.
 */
export function readReference(text: string, country: string): Identifier[] | undefined {
  const colon = text.indexOf(':');
  const type = snakeCase(text.slice(0, colon).trim());
  const value = text.slice(colon + 1);
  if (colon < 1 || type === '' || value.trim() === '') return undefined;
  return [...new Set(spellingsOf(type, value, country))].map((spelling) => ({ type, value: spelling }));
}

function spellingsOf(type: string, value: string, country: string): string[] {
  const plus = value.replaceAll(' ', '+');
  switch (type) {
    case 'phone': {
      const number = value.startsWith(' ') ? `+${value.trimStart()}` : value;
      const phone = toE164(number, country);
      return phone ? [phone.e164] : [value];
    }
    case 'email':
      return [value, plus].flatMap((spelling) => [spelling.trim().toLowerCase(), spelling.trim()]);
    default:
      return [value, plus];
  }
}

/** Identifier types, like traits, may be written in camelCase. */
function snakeCase(type: string): string {
  return type.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
