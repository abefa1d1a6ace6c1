import { createHash } from 'node:crypto';

/** Into so many buckets all customers are dealt; a hundred of them are one percent. */
export const BUCKETS = 10_000;

/**
 * The bucket of a customer, 0 to 9,999: the same for ever, on every machine, and for each salt as good as drawn anew.
 *
 * @param customer the canonical profile's id
 */
export function bucketOf(salt: string, customer: string): number {
  const hash = createHash('sha256').update(`${salt}:${customer}`).digest();
  return hash.readUIntBE(0, 6) % BUCKETS;
}

/** How many buckets are `percent` of them. */
export function bucketsIn(percent: number): number {
  return Math.round((percent * BUCKETS) / 100);
}
