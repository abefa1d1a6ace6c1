import type { TestWorld } from './world';

/** Something that customers do, and when. */
export interface Act {
  /** ISO 8601. */
  readonly at: string;
  readonly does: () => Promise<unknown>;
}

/** Plays what many customers do in the order of time; what they do at one instant goes in the order given. */
export async function play(world: TestWorld, acts: readonly Act[]): Promise<void> {
  const byInstant = new Map<number, Act[]>();
  for (const act of acts) {
    const at = Date.parse(act.at);
    byInstant.set(at, [...(byInstant.get(at) ?? []), act]);
  }
  for (const [at, together] of [...byInstant].sort(([a], [b]) => a - b)) {
    await world.exactly(new Date(at).toISOString(), async () => {
      for (const { does } of together) await does();
    });
  }
}

/** The `n`-th of ten thousand phones of New York that are nobody's but the test's. */
export const phone = (n: number) => `+1917555${String(n).padStart(4, '0')}`;
