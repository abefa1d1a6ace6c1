import type { PaceRequest } from '../activities/send/pace-limits';
import type { PaceFacts } from '../rules/gate/pace';

/** The queues of senders whose pace is limited, in memory: what `takePace` of the record does, one message at a time. */
export class VirtualPace {
  /** Epoch milliseconds at which a queue is free. */
  private readonly freeAt = new Map<string, number>();

  takeTurn({ limits, segments, urgent }: PaceRequest, now: Date): PaceFacts {
    const places = limits.map(({ queue, segmentsPerSecond }) => {
      const forMs = (segments * 1_000) / segmentsPerSecond;
      const line = urgent ? `${queue} urgent` : queue;
      const slot = this.free(line, now);
      // What goes before the others takes its time from them all the same.
      for (const one of new Set([line, queue])) this.freeAt.set(one, this.free(one, now) + forMs);
      return { slot: new Date(slot), segmentsPerSecond };
    });
    return places.reduce((last, one) => (one.slot > last.slot ? one : last));
  }

  private free(queue: string, now: Date): number {
    return Math.max(this.freeAt.get(queue) ?? 0, now.getTime());
  }
}
