import type { IncomingHttpHeaders } from 'node:http';
import { sameDigest, sha256 } from '../http/secrets';
import type { Source } from '../../store/sources';

/** Finds the source that a write key belongs to. */
export interface WriteKeys {
  /** The first of `keys` that is a source's; undefined when none is. Throws when that cannot be looked up. */
  find(keys: readonly string[]): Promise<Source | undefined>;
}

export interface WriteKeysOptions {
  /** Key of the source `default`, which needs no row. */
  readonly defaultKey: string;
  /** Reads the sources that may send. */
  readonly load: () => Promise<readonly Source[]>;
  /** How long a source that was read may go on without being read again, in milliseconds. Default 5,000. */
  readonly maxAge?: number;
}

export const defaultSource = 'default';

/**
 * Keeps the sources in memory. A key that is not among them is never refused from memory: a 401 makes a client
 * drop its events for good, and the source may be seconds old. Those that ask meanwhile share one read.
 */
export function createWriteKeys(options: WriteKeysOptions): WriteKeys {
  const maxAge = options.maxAge ?? 5_000;
  const builtIn: Source = {
    name: defaultSource,
    keySha256: sha256(options.defaultKey),
    storeUnplanned: false,
  };
  const reading = sharedRead(options.load);
  let known: readonly Source[] = [];
  let readAt = Number.NEGATIVE_INFINITY;

  async function read(): Promise<void> {
    known = await reading();
    readAt = performance.now();
  }

  return {
    async find(keys) {
      const [first, ...others] = keys;
      if (first === undefined) return undefined;
      const digest = sha256(first);
      // The usual key costs no read.
      if (sameDigest(digest, builtIn.keySha256)) return builtIn;
      const digests = [digest, ...others.map(sha256)];
      if (performance.now() - readAt < maxAge) {
        const source = match([builtIn, ...known], digests);
        if (source) return source;
      }
      await read();
      return match([builtIn, ...known], digests);
    },
  };
}

/** The keys a request carries, in the order they are tried: Basic, Bearer, a header of its own, the body. */
export function offeredKeys(headers: IncomingHttpHeaders, inBody?: string): string[] {
  const keys: string[] = [];
  const [scheme, credentials] = headers.authorization?.trim().split(/\s+/) ?? [];
  if (scheme?.toLowerCase() === 'basic' && credentials) {
    const [user] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
    keys.push(user ?? '');
  } else if (scheme?.toLowerCase() === 'bearer' && credentials) {
    keys.push(credentials);
  }
  for (const header of ['x-write-key', 'writekey']) {
    const value = headers[header];
    if (typeof value === 'string') keys.push(value.trim());
  }
  if (inBody !== undefined) keys.push(inBody);
  return keys.filter((key) => key !== '');
}

function match(sources: readonly Source[], digests: readonly Buffer[]): Source | undefined {
  for (const digest of digests) {
    const source = sources.find(({ keySha256 }) => sameDigest(digest, keySha256));
    if (source) return source;
  }
  return undefined;
}

/**
 * Whoever asks gets a read that begins after they asked; one runs at a time and one waits, whatever the number
 * of those who ask, so that wrong keys do not become load on the database.
 */
function sharedRead<T>(load: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> | undefined;
  let next: Promise<T> | undefined;

  function start(): Promise<T> {
    const read = load();
    const done = read.then(
      () => {},
      () => {},
    );
    running = done;
    void done.then(() => {
      if (running === done) running = undefined;
    });
    return read;
  }

  return () => {
    if (!running) return start();
    next ??= running.then(() => {
      next = undefined;
      return start();
    });
    return next;
  };
}
