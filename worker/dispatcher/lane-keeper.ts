import type { Logger } from '../../config/logger';
import type { Database } from '../../store/database';
import { LANES } from '../../store/lanes';
import { releaseLanes, renewLanes, takeFreeLanes } from '../../store/outbox-lanes';

export interface LaneKeeperOptions {
  readonly db: Database;
  readonly owner: string;
  /** Milliseconds after which the lanes of a dispatcher that died are anybody's. */
  readonly leaseMs: number;
  /** How many other dispatchers live. */
  readonly others: () => number;
  /** Whether rows of the lane are being delivered: it cannot be given away before they are. */
  readonly isBusy: (lane: number) => boolean;
  readonly onTaken: () => void;
  readonly onReleased: () => Promise<void>;
  readonly log: Logger;
}

/** Holds this dispatcher's fair share of the lanes, and gives back what is more than that. */
export interface LaneKeeper {
  /** Lanes whose rows may be fetched. */
  lanes(): number[];
  /** Whether a row fetched from the lane may still be delivered by us. */
  holds(lane: number): boolean;
  /** Looks again now: a dispatcher came or went. */
  review(): Promise<void>;
  /** A customer of the lane has been delivered to: it may be free to go. */
  finished(lane: number): void;
  /** Gives everything back. Nothing may be in delivery any more. */
  release(): Promise<void>;
}

export function keepLanes(options: LaneKeeperOptions): LaneKeeper {
  const { db, owner, leaseMs } = options;
  let held = new Set<number>();
  const leaving = new Set<number>();
  let validUntil = 0;
  let failing = false;
  let released = false;

  async function review(): Promise<void> {
    if (released) return;
    const askedAt = performance.now();
    try {
      held = new Set(await renewLanes(db, owner, leaseMs));
      for (const lane of leaving) if (!held.has(lane)) leaving.delete(lane);
      await giveBack();
      const took = await takeMore();
      // Short of the whole lease: a call that is under way when it ends must not come after the next owner's.
      validUntil = askedAt + leaseMs * 0.8;
      if (took) options.onTaken();
      failing = false;
    } catch (error) {
      if (!failing) options.log.warn({ err: error }, 'the leases of the outbox could not be renewed');
      failing = true;
    }
  }

  async function giveBack(): Promise<void> {
    for (const lane of [...held].reverse()) {
      if (held.size - leaving.size <= fairShare()) break;
      leaving.add(lane);
    }
    const free = [...leaving].filter((lane) => !options.isBusy(lane));
    if (free.length === 0) return;
    for (const lane of free) {
      held.delete(lane);
      leaving.delete(lane);
    }
    await releaseLanes(db, owner, free);
    await options.onReleased();
  }

  async function takeMore(): Promise<boolean> {
    const wanted = fairShare() - held.size + leaving.size;
    if (wanted <= 0) return false;
    // Those on their way out come first: they need not change hands at all.
    const kept = [...leaving].slice(0, wanted);
    for (const lane of kept) leaving.delete(lane);
    const limit = wanted - kept.length;
    const taken = limit > 0 ? await takeFreeLanes(db, owner, { limit, leaseMs }) : [];
    for (const lane of taken) held.add(lane);
    return kept.length + taken.length > 0;
  }

  const fairShare = () => Math.ceil(LANES / (1 + options.others()));
  const valid = () => performance.now() < validUntil;

  let running = Promise.resolve();
  let queued: Promise<void> | undefined;
  /** One at a time, since two at once could each give back what the other keeps; and at most one waiting. */
  const queueReview = () => {
    queued ??= running.then(() => {
      queued = undefined;
      return review();
    });
    running = queued;
    return queued;
  };
  return {
    lanes: () => (valid() ? [...held].filter((lane) => !leaving.has(lane)) : []),
    holds: (lane) => valid() && held.has(lane),
    review: queueReview,
    finished: (lane) => {
      if (leaving.has(lane)) void queueReview();
    },
    release: async () => {
      released = true;
      await running;
      if (held.size > 0) await releaseLanes(db, owner, [...held]);
      held.clear();
    },
  };
}
