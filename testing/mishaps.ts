import { Random } from '../simulator/random';
import type { Mishaps } from '../simulator/virtual-run';

/**
 * Workers that die now and then after an effect, before anybody heard of it, and runs that go on in a new history at any
 * rest; the same for the same seed. None of it may make a difference.
 */
export function mishaps(seed: number): Mishaps {
  const random = new Random(`mishaps ${seed}`);
  return { diesAfter: () => random.next() < LIKELY, continues: () => random.next() < LIKELY };
}

const LIKELY = 0.25;
