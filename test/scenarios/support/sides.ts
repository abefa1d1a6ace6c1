import { bucketOf } from '../../../rules/experiments/bucket';
import { GLOBAL_HOLDOUT } from '../../../rules/experiments/holdout';
import { phone } from './acts';
import type { GateWorld } from './gate';

export interface Someone {
  readonly userId: string;
  readonly phone: string;
}

/**
 * Customers come, are subscribed to marketing SMS, and are told apart by a holdout over all journeys of `percent`, until
 * there are so many on each side.
 */
export async function bySides(
  world: GateWorld,
  percent: number,
  wanted: { readonly heldOut: number; readonly others: number },
): Promise<{ readonly heldOut: readonly Someone[]; readonly others: readonly Someone[] }> {
  const heldOut: Someone[] = [];
  const others: Someone[] = [];
  for (let n = 0; heldOut.length < wanted.heldOut || others.length < wanted.others; n++) {
    const one = { userId: `somebody-${n}`, phone: phone(500 + n) };
    await world.subscribe(one.userId, one.phone);
    const bucket = bucketOf(GLOBAL_HOLDOUT, await world.idOf(one.userId));
    (bucket < percent * 100 ? heldOut : others).push(one);
  }
  return { heldOut, others };
}
