import { createHash, timingSafeEqual } from 'node:crypto';

export function sha256(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Compares digests, which have one length, in a time that tells nothing of where they differ. */
export function sameDigest(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
