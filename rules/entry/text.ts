/** A key, or a value of `match`, as it is compared: `123` is `"123"`, not `"0123"`. Null for what is absent or no text. */
export function asText(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}
