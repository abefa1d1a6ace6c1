/** Works on all items, at most `limit` at the same time. */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, queue.length) }, worker));
}

/** Whether `promise` resolved within `ms`, and before `signal` was aborted. Rejects when it did by then. */
export function within(promise: Promise<unknown>, ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const end = (inTime: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      resolve(inTime);
    };
    const giveUp = () => end(false);
    const timer = setTimeout(giveUp, ms);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp);
    promise.then(
      () => end(true),
      (error: unknown) => {
        reject(error);
        end(false);
      },
    );
  });
}
