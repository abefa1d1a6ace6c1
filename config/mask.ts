/**
 * `text` with each phone number and e-mail address in it replaced by `[phone]` or `[email]`, URL-encoded ones
 * included. What only looks like a phone number (instants, ids, IP addresses) stays.
 */
export function mask(text: string): string {
  return text.replace(pattern, (match, harmless: string | undefined, email: string | undefined) => {
    if (harmless !== undefined) return harmless;
    return email === undefined ? '[phone]' : '[email]';
  });
}

/** What is harmless comes first: the leftmost alternative that matches wins. */
const harmless = [
  // ids
  '\\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\\b',
  // dates and instants
  '\\b\\d{4}-\\d\\d-\\d\\d(?:[T ]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?(?:Z|[+-]\\d\\d:?\\d\\d)?)?\\b',
  // IP addresses
  '\\b(?:\\d{1,3}\\.){3}\\d{1,3}(?::\\d{1,5})?\\b',
];

/** The bounds keep a long text without an @ from being scanned anew from each of its characters. */
const email = '[^\\s@<>"\'`,;:()\\[\\]{}|/=?&]{1,64}(?:@|%40)[^\\s@<>"\'`,;:()\\[\\]{}|/=?&]{1,255}';

const phones = [
  // With a plus sign, whatever stands around it.
  '(?:\\+|%2B)\\(?\\d(?:[\\s().\\-/]|%20){0,2}(?:\\d(?:[\\s().\\-/]|%20){0,2}){5,13}\\d',
  // Without one: 8 to 15 digits that are not part of a word or a longer number.
  '(?<![\\p{L}\\d_.])\\(?\\d(?:[\\s().\\-]{0,2}\\d){7,14}(?![\\p{L}\\d_])',
];

const pattern = new RegExp(`(${harmless.join('|')})|(${email})|(?:${phones.join('|')})`, 'giu');
