/** Something to be committed: what it weighs, and what must not be committed out of its order with. */
export interface Batched {
  readonly bytes: number;
  /** Items that share a key are never in two transactions at once, so that they take effect as they came. */
  readonly keys: readonly string[];
}

export interface MicroBatcherOptions<Item extends Batched, Reason> {
  /**
   * Commits items in their order and answers those it had to set aside, each with the reason. Throws when nothing
   * was committed, or when that is not known: every call with an item in it is then told `unavailable`.
   */
  readonly commit: (items: readonly Item[]) => Promise<ReadonlyMap<Item, Reason>>;
  /** Most items a transaction takes; calls of fewer go in one. Default 200. */
  readonly batchSize?: number;
  /** How long items are gathered while another transaction runs, in milliseconds. Default 10. */
  readonly gather?: number;
  /** Most transactions at once. Default 3. */
  readonly inFlight?: number;
  /** Items that may wait or be in flight before calls are refused. Default 10,000. */
  readonly maxItems?: number;
  /** The same in bytes. Default 32 MiB. An empty queue takes any call, however heavy. */
  readonly maxBytes?: number;
  /** After how many milliseconds a call is told `unavailable` whatever becomes of it. Default 8,000. */
  readonly patience?: number;
}

export type Committed<Item, Reason> =
  | { readonly ok: true; readonly setAside: ReadonlyMap<Item, Reason> }
  /** `overloaded`: not taken. `unavailable`: possibly committed, to be sent again. */
  | { readonly ok: false; readonly reason: 'overloaded' | 'unavailable' };

export interface MicroBatcher<Item extends Batched, Reason> {
  /** Resolves when all items are committed. They go in their order, in consecutive transactions when they are many. */
  submit(items: readonly Item[]): Promise<Committed<Item, Reason>>;
  /** What waits or is in flight. */
  readonly waiting: { readonly items: number; readonly bytes: number };
  /** Whether a further item would be refused. */
  full(): boolean;
  /** Takes nothing more, and resolves when what was taken is committed or given up. */
  close(): Promise<void>;
}

/**
 * Gathers the items of concurrent calls into few transactions. With none in flight it begins at once, so that a
 * lone event waits for nobody.
 */
export function createMicroBatcher<Item extends Batched, Reason>(
  options: MicroBatcherOptions<Item, Reason>,
): MicroBatcher<Item, Reason> {
  const { commit, batchSize = 200, gather = 10, inFlight = 3, patience = 8_000 } = options;
  const { maxItems = 10_000, maxBytes = 32 * 1024 * 1024 } = options;
  const queue = new Set<QueuedCall<Item, Reason>>();
  const keysInFlight = new Set<string>();
  const waiting = { items: 0, bytes: 0 };
  let running = 0;
  let scheduled = false;
  let timer: NodeJS.Timeout | undefined;
  let closing: { done: () => void; promise: Promise<void> } | undefined;
  /** Looks after calls that wait for a database that neither answers nor fails. */
  let watch: NodeJS.Timeout | undefined;

  function pump(): void {
    scheduled = false;
    clearTimeout(timer);
    timer = undefined;
    while (running < inFlight && queue.size > 0) {
      const wait = running > 0 ? gatherFor() : 0;
      if (wait > 0) {
        timer = setTimeout(pump, wait);
        return;
      }
      const batch = take();
      if (batch.length === 0) return;
      void run(batch);
    }
  }

  /** How much longer to gather: not at all once a batch is full or its oldest item has waited enough. */
  function gatherFor(): number {
    let items = 0;
    let oldest = Number.POSITIVE_INFINITY;
    for (const call of queue) {
      if (call.running) continue;
      oldest = Math.min(oldest, call.at);
      items += call.items.length - call.next;
      if (items >= batchSize) return 0;
    }
    return items === 0 ? 0 : Math.max(0, Math.ceil(oldest + gather - performance.now()));
  }

  /** The next items in order of arrival, without those that have to wait for others with the same key. */
  function take(): Taken<Item, Reason>[] {
    const batch: Taken<Item, Reason>[] = [];
    const awaited = new Set<string>();
    const mustWait = (key: string) => awaited.has(key) || keysInFlight.has(key);
    for (const call of queue) {
      if (batch.length === batchSize) break;
      const chunk = call.items.slice(call.next, call.next + batchSize);
      const fits = batch.length + chunk.length <= batchSize;
      if (fits && !call.running && !chunk.some(({ keys }) => keys.some(mustWait))) {
        for (const item of chunk) batch.push({ call, item });
        call.next += chunk.length;
        call.running = true;
      }
      for (const { keys } of call.items.slice(call.next)) for (const key of keys) awaited.add(key);
    }
    return batch;
  }

  async function run(batch: readonly Taken<Item, Reason>[]): Promise<void> {
    running++;
    const items = batch.map(({ item }) => item);
    for (const { keys } of items) for (const key of keys) keysInFlight.add(key);
    const calls = new Set(batch.map(({ call }) => call));
    try {
      const setAside = await commit(items);
      for (const { call, item } of batch) {
        const reason = setAside.get(item);
        if (reason !== undefined) call.setAside.set(item, reason);
      }
      for (const call of calls) advance(call);
    } catch {
      // Whoever commits has logged why; the calls are answered, so that their clients send again.
      for (const call of calls) end(call, { ok: false, reason: 'unavailable' });
    } finally {
      running--;
      for (const { keys } of items) for (const key of keys) keysInFlight.delete(key);
      release(items);
      pump();
    }
  }

  function advance(call: QueuedCall<Item, Reason>): void {
    call.running = false;
    if (call.next >= call.items.length) end(call, { ok: true, setAside: call.setAside });
  }

  /** Answers a call; what it has still in the queue is let go. */
  function end(call: QueuedCall<Item, Reason>, answer: Committed<Item, Reason>): void {
    if (!queue.delete(call)) return;
    release(call.items.slice(call.next));
    call.answer(answer);
    if (queue.size > 0) return;
    clearInterval(watch);
    watch = undefined;
    closing?.done();
  }

  function release(items: readonly Item[]): void {
    waiting.items -= items.length;
    for (const item of items) waiting.bytes -= item.bytes;
  }

  function giveUpOnTheOld(): void {
    const limit = performance.now() - patience;
    for (const call of queue) {
      if (call.at > limit) continue;
      end(call, { ok: false, reason: 'unavailable' });
    }
  }

  return {
    waiting,
    full: () => waiting.items >= maxItems || waiting.bytes >= maxBytes,
    submit(items) {
      if (items.length === 0) return Promise.resolve({ ok: true, setAside: new Map<Item, Reason>() });
      if (closing) return Promise.resolve({ ok: false, reason: 'unavailable' });
      const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
      const tooMuch = waiting.items + items.length > maxItems || waiting.bytes + bytes > maxBytes;
      if (tooMuch && waiting.items > 0) return Promise.resolve({ ok: false, reason: 'overloaded' });
      waiting.items += items.length;
      waiting.bytes += bytes;
      return new Promise((answer) => {
        queue.add({ items, next: 0, running: false, at: performance.now(), setAside: new Map(), answer });
        watch ??= setInterval(giveUpOnTheOld, Math.min(500, patience));
        if (scheduled) return;
        scheduled = true;
        // Calls that came in together are gathered without waiting for a timer.
        setImmediate(pump);
      });
    },
    close() {
      if (!closing) {
        const { promise, resolve } = deferred();
        closing = { promise, done: resolve };
        if (queue.size === 0) resolve();
      }
      return closing.promise;
    },
  };
}

interface QueuedCall<Item, Reason> {
  readonly items: readonly Item[];
  /** Index of the first item not yet in a transaction. */
  next: number;
  /** Whether a transaction with items of it is in flight: the next ones wait for it. */
  running: boolean;
  readonly at: number;
  readonly setAside: Map<Item, Reason>;
  readonly answer: (committed: Committed<Item, Reason>) => void;
}

interface Taken<Item, Reason> {
  readonly call: QueuedCall<Item, Reason>;
  readonly item: Item;
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
