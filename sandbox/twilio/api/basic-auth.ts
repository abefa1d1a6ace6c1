import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether an Authorization header carries this user and password, compared in constant time. */
export function hasBasicCredentials(
  header: string | undefined,
  expected: { user: string; password: string },
): boolean {
  const encoded = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(header ?? '')?.[1] ?? '';
  const given = Buffer.from(encoded, 'base64').toString('utf8');
  return timingSafeEqual(digest(given), digest(`${expected.user}:${expected.password}`));
}

// Digests have one length, which timingSafeEqual needs and which hides the length of the secret.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
