/** Whether the database is away, and for how long already. */
export interface Outage {
  /** True the first time of an outage. */
  began(): boolean;
  /** How long it was, in milliseconds; undefined when there was none. */
  ended(): number | undefined;
  /** What a client is told: a short outage as a fault it retries soon, a long one as a wait it can sit out. */
  answer(): { readonly status: 503 } | { readonly status: 429; readonly retryAfter: number };
}

export interface OutageOptions {
  /** Milliseconds of an outage that count as short. Default 60,000. */
  readonly short?: number;
  /** Monotonic milliseconds; for tests. */
  readonly now?: () => number;
}

/** Clients give a 503 up after minutes, and a 429 only after hours: so the answer changes once it lasts. */
export function createOutage(options: OutageOptions = {}): Outage {
  const { short = 60_000, now = () => performance.now() } = options;
  let since: number | undefined;
  return {
    began() {
      const isNew = since === undefined;
      since ??= now();
      return isNew;
    },
    ended() {
      const lasted = since === undefined ? undefined : now() - since;
      since = undefined;
      return lasted;
    },
    answer() {
      if (since === undefined || now() - since < short) return { status: 503 };
      // Spread, so that all clients do not come back in the same second.
      return { status: 429, retryAfter: 60 + Math.floor(Math.random() * 30) };
    },
  };
}
