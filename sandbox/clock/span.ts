import { ClockError } from './errors';

type After = (now: Date) => Date;

/** The instant that lies `<n> seconds | minutes | hours | days`, or an ISO 8601 duration, after a given one. */
export function readSpan(text: string): After {
  const after = readWords(text.trim()) ?? readIso(text.trim());
  if (!after) throw unreadable();
  return (now) => {
    const target = after(now);
    if (target.getTime() - now.getTime() <= longest) return target;
    throw unreadable();
  };
}

/** An ISO 8601 instant with its offset. */
export function readInstant(text: string): Date {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i.test(text)
    ? new Date(text)
    : undefined;
  if (at && Number.isFinite(at.getTime())) return at;
  throw new ClockError(
    'invalid_request',
    400,
    'Expected an instant in ISO 8601 with its offset, such as 2027-02-02T15:00:00Z.',
  );
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const longest = 3_660 * day;
const units: { readonly [unit: string]: number } = { second, minute, hour, day };

function readWords(text: string): After | undefined {
  const [, n, unit = ''] = /^(\d+(?:\.\d+)?)\s*(second|minute|hour|day)s?$/i.exec(text) ?? [];
  const ms = Math.round(Number(n) * (units[unit.toLowerCase()] ?? Number.NaN));
  // A number too long to be one is Infinity.
  return Number.isFinite(ms) ? (now) => new Date(now.getTime() + ms) : undefined;
}

/** Years and months are those of the calendar, in UTC; a day is 24 hours. */
function readIso(text: string): After | undefined {
  const [whole, ...parts] =
    /^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(
      text,
    ) ?? [];
  if (whole === undefined) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map(
    (part) => Number(part ?? 0),
  );
  const ms = (weeks * 7 + days) * day + hours * hour + minutes * minute + Math.round(seconds * second);
  return (now) => new Date(addMonths(now, years * 12 + months).getTime() + ms);
}

/** The same day and time; where the month is shorter, its last day. */
function addMonths(now: Date, months: number): Date {
  const then = new Date(now);
  then.setUTCMonth(now.getUTCMonth() + months);
  if (then.getUTCDate() !== now.getUTCDate()) then.setUTCDate(0);
  return then;
}

function unreadable(): ClockError {
  return new ClockError(
    'invalid_request',
    400,
    'Expected a span such as "90 minutes", "3 days" or "PT90M", of ten years at most.',
  );
}
