import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** An address taken apart: `whatsapp:+1…` has a channel, a bare number has none. */
export interface Address {
  readonly channel: string | null;
  readonly number: string;
}

export function parseAddress(text: string): Address {
  const match = /^([a-z]+):(.*)$/.exec(text);
  return match ? { channel: match[1] ?? null, number: match[2] ?? '' } : { channel: null, number: text };
}

/** Whether a message can be addressed to it: a possible E.164 number, on any channel. */
export function isRecipient(text: string): boolean {
  return isPossibleNumber(parseAddress(text).number);
}

/** Whether it has the form of a sender: a number, a short code, or an alphanumeric sender id. */
export function isSender(text: string): boolean {
  const { channel, number } = parseAddress(text);
  if (isPossibleNumber(number)) return true;
  return channel === null && (isShortCode(number) || /^(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}$/.test(number));
}

/** Whether a text can come from it: a person's number, or a short code. */
export function isOrigin(text: string): boolean {
  return isRecipient(text) || isShortCode(text);
}

export function isTollFree(number: string): boolean {
  return /^\+18(00|33|44|55|66|77|88)\d{7}$/.test(number);
}

/** The two-letter country of a number, empty where it has none. */
export function countryOf(address: string): string {
  return parsePhoneNumberFromString(parseAddress(address).number)?.country ?? '';
}

function isShortCode(text: string): boolean {
  return /^\d{5,6}$/.test(text);
}

// Possible, not valid: Twilio's own example number +15558675310 is not valid to libphonenumber.
function isPossibleNumber(text: string): boolean {
  if (!/^\+[1-9]\d{5,14}$/.test(text)) return false;
  return parsePhoneNumberFromString(text, { extract: false })?.isPossible() ?? false;
}
