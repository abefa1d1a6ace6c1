import { type Answer, deferred, passed } from './answer';
import type { GateFacts } from './facts';

/** A place in the queue of a sender whose pace is limited, taken for the message that asks. */
export interface PaceFacts {
  /** When its turn is. */
  readonly slot: Date;
  /** Segments a second: the sender's or the account's, whichever holds it back longer. */
  readonly segmentsPerSecond: number;
}

/** The provider is given no more than it can send in time: what is beyond waits for its turn. */
export function askPace({ now, pace }: GateFacts): Answer {
  if (!pace) return passed({});
  const { slot, segmentsPerSecond } = pace;
  const saw = { slot: slot.toISOString(), segmentsPerSecond };
  return slot.getTime() - now.getTime() <= BURST_MS ? passed(saw) : deferred('paced', slot, saw);
}

/** What is due within a second goes out at once: the provider queues for longer than that. */
const BURST_MS = 1_000;
