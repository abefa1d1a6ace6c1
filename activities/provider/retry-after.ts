/** Longest that a provider's wish to wait is followed, in milliseconds. */
const longest = 3_600_000;

/** A `Retry-After` header, seconds or a date, as milliseconds from `now`; undefined when it cannot be read. */
export function retryAfterMs(header: unknown, now: number): number | undefined {
  if (typeof header !== 'string' && typeof header !== 'number') return undefined;
  const text = String(header).trim();
  if (text === '') return undefined;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(Math.ceil(ms), 0), longest);
}
