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
  const own = new Map<string, S>();
  for (const record of [...kept, ...other]) {
    if (!own.has(recordKey(record))) own.set(recordKey(record), record);
  }
  return [...own.values()].map((record) => {
    const decides = [record, ...heardWith(record, kept, other), ...heardWith(record, other, kept)].reduce(
      stricter,
    );
    const was = decides.status === record.status ? null : record.status;
    // The address stays its own; who said so, and when, comes with the status.
    return { ...(was === null ? record : decides), key: record.key, was };
  });
}

/** What the other side says of the channel and topic, and this side of the very address, if this side has it. */
function heardWith<S extends Subscription>(record: S, side: readonly S[], opposite: readonly S[]): S[] {
  const mine = side.filter((one) => recordKey(one) === recordKey(record));
  return mine.length === 0 ? [] : [...mine, ...opposite.filter((one) => isSame(one, record))];
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
