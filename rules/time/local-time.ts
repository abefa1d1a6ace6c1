/** A calendar date and time of day in some zone, with the day of the week (0 is Sunday). */
export interface LocalTime {
  /** YYYY-MM-DD */
  readonly date: string;
  /** HH:mm:ss */
  readonly time: string;
  readonly weekday: number;
}

/** Whether `name` is an IANA time zone. Abbreviations (`PST`), offsets (`+05:00`) and display names are none. */
export function isZone(name: string): boolean {
  return !notIana.test(name) && formatterOf(name) !== undefined;
}

/** What clocks in `zone` show at `at`. Throws a RangeError when `zone` is no IANA name. */
export function toLocal(at: Date, zone: string): LocalTime {
  const wall = wallClock(at.getTime(), zone);
  const day = Math.floor(wall / DAY);
  const seconds = Math.floor((wall - day * DAY) / 1_000);
  const time = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits);
  return { date: dateOf(day), time: time.join(':'), weekday: (((day + EPOCH_WEEKDAY) % 7) + 7) % 7 };
}

/**
 * The instant at which clocks in `zone` show `time` (HH:mm, with seconds and fractions if need be) on `date`
 * (YYYY-MM-DD). A time that is skipped moves forward by the length of the gap; of one that comes twice it is the
 * first. Throws a RangeError for what is no zone, date or time.
 */
export function toInstant(zone: string, date: string, time: string): Date {
  const wall = parseWall(date, time);
  // No zone is a day from UTC, so one of the two offsets is in force before a change near that time, one after it.
  const before = offsetAt(wall - DAY, zone);
  const after = offsetAt(wall + DAY, zone);
  const candidates = before >= after ? [before, after] : [after, before];
  const hit = candidates.find((offset) => wallClock(wall - offset, zone) === wall);
  return new Date(wall - (hit ?? before));
}

/** The date `n` calendar days after `date` (before it, when negative). */
export function addDays(date: string, n: number): string {
  return dateOf(parseWall(date, '00:00') / DAY + n);
}

/** Zone offset at the instant `at`, in milliseconds east of UTC. */
function offsetAt(at: number, zone: string): number {
  return wallClock(at, zone) - at;
}

const DAY = 86_400_000;

/** Ids that only ICU knows; it reads `IST` as India's. */
const notIana =
  /^(A[CEGRS]T|B[ES]T|C[ANS]T|CTT|EAT|ECT|I[ES]T|JST|MIT|N[ES]T|P[LNRS]T|SST|VST|SystemV\/.*|US\/Pacific-New|Canada\/East-Saskatchewan|Etc\/Unknown)$/i;

/** Formatters are dear to make (tens of microseconds, kilobytes). */
const formatters = new Map<string, Intl.DateTimeFormat>();
/** There are some 600 zones; but customers may spell them in any case. */
const MOST_ZONES = 1_000;

function formatterOf(zone: string): Intl.DateTimeFormat | undefined {
  const known = formatters.get(zone);
  if (known) return known;
  if (!looksLikeZone.test(zone)) return undefined;
  try {
    const made = new Intl.DateTimeFormat('en-US', { ...fields, timeZone: zone });
    if (formatters.size >= MOST_ZONES) formatters.clear();
    formatters.set(zone, made);
    return made;
  } catch {
    // A RangeError is how Intl says that it knows no such zone.
    return undefined;
  }
}

/** Later versions of Node take offsets for zones. */
const looksLikeZone = /^[A-Za-z]/;

const fields: Intl.DateTimeFormatOptions = {
  calendar: 'iso8601',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
};

/** The local time at `at`, as if it were UTC, in epoch milliseconds. */
function wallClock(at: number, zone: string): number {
  return at + (offsetOfDay(Math.floor(at / DAY), zone) ?? exactOffset(at, zone));
}

/**
 * The zone's offset throughout a day of UTC, in milliseconds; undefined for one in which it changes. Asking the formatter
 * takes some microseconds, and the same days are asked about again and again. No zone has ever changed its offset and
 * changed it back within one.
 */
function offsetOfDay(day: number, zone: string): number | undefined {
  let days = offsets.get(zone);
  if (!days) {
    if (offsets.size >= MOST_ZONES) offsets.clear();
    offsets.set(zone, (days = new Map()));
  }
  const known = days.get(day);
  if (known !== undefined) return known ?? undefined;
  const offset = exactOffset(day * DAY, zone);
  const constant = exactOffset((day + 1) * DAY - 1, zone) === offset ? offset : null;
  if (days.size >= MOST_DAYS) days.clear();
  days.set(day, constant);
  return constant ?? undefined;
}

/** By zone and day of UTC since 1970; null where it changes. */
const offsets = new Map<string, Map<number, number | null>>();
/** Ten years of days. */
const MOST_DAYS = 3_653;

function exactOffset(at: number, zone: string): number {
  const formatter = formatterOf(zone);
  if (!formatter) throw new RangeError(`"${zone}" is no IANA time zone`);
  const part: { [type: string]: number } = {};
  for (const { type, value } of formatter.formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000) - at;
}

function parseWall(date: string, time: string): number {
  const midnight = midnightOf(date);
  const sinceMidnight = timeOfDay(time);
  if (midnight === undefined || sinceMidnight === undefined) {
    throw new RangeError(`"${date} ${time}" is no date and time of day (YYYY-MM-DD, HH:mm)`);
  }
  return midnight + sinceMidnight;
}

/** Reading and writing them takes longer than all else that is done with them, and the same ones come again and again. */
function remembering<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    let value = known.get(key);
    if (value !== undefined) return value;
    value = make(key);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(key, value);
    return value;
  };
}

const MOST_REMEMBERED = 10_000;

/** Of a day of UTC since 1970. */
const dateOf = remembering((day: number) => new Date(day * DAY).toISOString().slice(0, -14));

const midnightOf = remembering((date: string) => {
  const midnight = datePattern.test(date) ? Date.parse(`${date}T00:00Z`) : Number.NaN;
  // Date.parse takes 31 February for 3 March.
  return Number.isNaN(midnight) || dateOf(midnight / DAY) !== date ? undefined : midnight;
});

const timeOfDay = remembering((time: string) => {
  const clock = wallPattern.exec(time);
  if (!clock) return undefined;
  const [, hour, minute, second = 0, fraction = ''] = clock;
  return (
    ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000 + Number(fraction.padEnd(3, '0'))
  );
});

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

/** 1 January 1970 was a Thursday. */
const EPOCH_WEEKDAY = 4;

const datePattern = /^\d{4}-\d\d-\d\d$/;
const wallPattern = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3}))?)?$/;
