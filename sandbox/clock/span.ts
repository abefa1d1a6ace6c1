import { ClockError } from './errors';

const units: { readonly [unit: string]: number } = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** Milliseconds of `<n> seconds | minutes | hours | days`, or of an ISO 8601 duration of weeks and less. */
export function readSpan(text: string): number {
  const words = /^\s*(\d+(?:\.\d+)?)\s*(second|minute|hour|day)s?\s*$/i.exec(text);
  const ms = words
    ? Number(words[1]) * (units[words[2]?.toLowerCase() ?? ''] ?? Number.NaN)
    : readIso(text.trim());
  if (Number.isFinite(ms) && ms >= 0 && ms <= longest) return Math.round(ms);
  throw new ClockError(
    'invalid',
    400,
    'Expected a span such as "90 minutes", "3 days" or "PT90M", of ten years at most.',
  );
}

const longest = 3_660 * 86_400_000;

function readIso(text: string): number {
  const [whole, weeks, days, hours, minutes, seconds] =
    /^P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(text) ?? [];
  if (whole === undefined) return Number.NaN;
  const n = (part: string | undefined) => Number(part ?? 0);
  return (((n(weeks) * 7 + n(days)) * 24 + n(hours)) * 60 + n(minutes)) * 60_000 + n(seconds) * 1_000;
}

/** An ISO 8601 instant with its offset. */
export function readInstant(text: string): Date {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i.test(text)
    ? new Date(text)
    : undefined;
  if (at && Number.isFinite(at.getTime())) return at;
  throw new ClockError(
    'invalid',
    400,
    'Expected an instant in ISO 8601 with its offset, such as 2027-02-02T15:00:00Z.',
  );
}
