import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Milliseconds until it counts as never. Default 30,000: a slow machine may be at four files at once. */
  readonly timeout?: number;
  /** Milliseconds between two tries. Default 20. */
  readonly interval?: number;
}

/**
 * Tries `condition` until it neither throws nor answers `undefined`, `null` or `false`, and resolves to its
 * answer. Past the timeout it throws what the last try threw, so that a failing `expect` inside it reads as
 * usual.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  options: EventuallyOptions = {},
): Promise<Exclude<Awaited<T>, undefined | null | false>> {
  const timeout = options.timeout ?? 30_000;
  const deadline = Date.now() + timeout;
  for (;;) {
    const attempt = await tryOnce(condition);
    if (attempt.ok) return attempt.value as Exclude<Awaited<T>, undefined | null | false>;
    if (Date.now() > deadline) {
      if (attempt.error !== undefined) throw attempt.error;
      throw new Error(`The condition did not come true within ${timeout} ms`);
    }
    await delay(options.interval ?? 20);
  }
}

async function tryOnce<T>(condition: () => T | Promise<T>) {
  try {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return { ok: true, value } as const;
    return { ok: false, error: undefined } as const;
  } catch (error) {
    return { ok: false, error: toError(error) } as const;
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}
