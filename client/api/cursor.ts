import { HttpError } from '../http/http-error';

/** A place in a list, opaque to the outside: a list's `next`, which comes back as `after`. */
export function writeCursor(instant: string, id: string | number): string {
  return Buffer.from(JSON.stringify([instant, id])).toString('base64url');
}

export interface Cursor<Id> {
  /** ISO 8601, to the microsecond. */
  readonly instant: string;
  readonly id: Id;
}

/** For lists whose order is (instant, sequence number). */
export function readSeqCursor(after: string | undefined): Cursor<number> | undefined {
  return readCursor(after, (id): id is number => typeof id === 'number' && Number.isSafeInteger(id));
}

/** For lists whose order is (instant, uuid). */
export function readUuidCursor(after: string | undefined): Cursor<string> | undefined {
  return readCursor(after, (id): id is string => typeof id === 'string' && uuid.test(id));
}

/** For lists whose order is (instant, text). */
export function readTextCursor(after: string | undefined): Cursor<string> | undefined {
  return readCursor(after, (id): id is string => typeof id === 'string' && !id.includes('\0'));
}

/** For lists whose order is (name, version). */
export function writeNameCursor(journey: string, version: number): string {
  return Buffer.from(JSON.stringify([journey, version])).toString('base64url');
}

export function readNameCursor(after: string | undefined): { journey: string; version: number } | undefined {
  if (after === undefined) return undefined;
  const place = parse(after);
  if (Array.isArray(place)) {
    const [journey, version] = place as unknown[];
    if (typeof journey === 'string' && typeof version === 'number') return { journey, version };
  }
  throw notOurs();
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function readCursor<Id>(after: string | undefined, isId: (id: unknown) => id is Id): Cursor<Id> | undefined {
  if (after === undefined) return undefined;
  const place = parse(after);
  if (Array.isArray(place)) {
    const [instant, id] = place as unknown[];
    if (typeof instant === 'string' && isInstant(instant) && isId(id)) return { instant, id };
  }
  throw notOurs();
}

function notOurs(): HttpError {
  return new HttpError(
    400,
    'invalid_request',
    '"after" must be the "next" of an earlier answer, as it came.',
  );
}

/** As Postgres writes them, as text or in JSON. */
function isInstant(text: string): boolean {
  if (!postgresInstant.test(text)) return false;
  const second = `${text.slice(0, 10)}T${text.slice(11, 19)}`;
  const at = Date.parse(`${second}Z`);
  // 31 February is read as 3 March.
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(second);
}

const postgresInstant = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,6})?[+-](0\d|1[0-4])(:[0-5]\d)?$/;

function parse(after: string): unknown {
  try {
    return JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
  } catch {
    // Not one of ours; the caller says so.
    return undefined;
  }
}
