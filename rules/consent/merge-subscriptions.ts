import type { Subscription } from './effective';

export type { Subscription };

/** A record as it stands after the merge, and the status it had on its own side where that changed. */
export type MergedSubscription<S extends Subscription> = S & { readonly was: Subscription['status'] | null };

/**
 * The consent of two profiles that are one person: per channel and topic the stricter recorded status stands, whatever
 * address each side had. A side with no record has no say.
 */
export function mergeSubscriptions<S extends Subscription>(
  kept: readonly S[],
  other: readonly S[],
): MergedSubscription<S>[] {
  const merged = new Map<string, MergedSubscription<S>>();
  for (const [side, opposite] of [
    [kept, other],
    [other, kept],
  ] as const) {
    for (const own of side) {
      if (merged.has(recordKey(own))) continue;
      const decides = [own, ...opposite.filter((one) => isSame(one, own))].reduce(stricter);
      const was = decides.status === own.status ? null : own.status;
      // The address stays its own; who said so, and when, comes with the status.
      merged.set(recordKey(own), { ...(was === null ? own : decides), key: own.key, was });
    }
  }
  return [...merged.values()];
}

function isSame(a: Subscription, b: Subscription): boolean {
  return a.channel === b.channel && a.topic === b.topic;
}

function recordKey({ channel, key, topic }: Subscription): string {
  return JSON.stringify([channel, key, topic]);
}

function stricter<S extends Subscription>(a: S, b: S): S {
  return strictness[b.status] > strictness[a.status] ? b : a;
}

const strictness = { subscribed: 0, none: 1, unsubscribed: 2 } as const;
