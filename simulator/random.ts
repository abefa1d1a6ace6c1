import { createHash } from 'node:crypto';

/** Numbers from 0 to 1, the same for the same seed. */
export class Random {
  private state: number;

  constructor(seed: string) {
    this.state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  }

  next(): number {
    // mulberry32: small, quick, and good enough to choose people and hours by.
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 to `below`, without it. */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  pick<const Items extends readonly [unknown, ...unknown[]]>(items: Items): Items[number] {
    return items[this.below(items.length)] ?? items[0];
  }
}

/** Ids that look like those of the record and are the same for the same seed. */
export function idsOf(seed: string): () => string {
  const prefix = createHash('sha256').update(seed).digest('hex').slice(0, 20);
  let count = 0;
  return () => {
    const digits = `${prefix}${(count++).toString(16).padStart(12, '0')}`;
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `7${digits.slice(13, 16)}`,
      `8${digits.slice(17, 20)}`,
      digits.slice(20),
    ].join('-');
  };
}
