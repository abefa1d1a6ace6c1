import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds on a clock that all processes of this machine share, and nobody sets. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Calls `work` for each item, `perSecond` of them whatever becomes of the ones before; resolves when all have ended. */
export async function paced<Item>(
  items: readonly Item[],
  perSecond: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const begin = now();
  const running: Promise<void>[] = [];
  for (const [index, item] of items.entries()) {
    await delay(Math.max(0, begin + (index * 1_000) / perSecond - now()));
    running.push(work(item));
  }
  await Promise.all(running);
}

/** Calls `work` for each item, so many at a time. */
export async function crowded<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

/** Looks every 25 ms until `condition` holds. */
export async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = now() + 120_000;
  while (!(await condition())) {
    if (now() > deadline) throw new Error(`Waited two minutes in vain: ${what}.`);
    await delay(25);
  }
}
