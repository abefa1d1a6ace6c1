/**
 * The pace of each sender: parts go out one after another, and what does not fit into the queue is refused.
 * Not journaled: after a restart the queues are empty, as nothing is under way any more.
 */
export class SenderQueue {
  readonly #segmentsPerSecond: number;
  readonly #queueSeconds: number;
  readonly #freeAt = new Map<string, number>();

  constructor(options: { segmentsPerSecond: number; queueSeconds: number }) {
    this.#segmentsPerSecond = options.segmentsPerSecond;
    this.#queueSeconds = options.queueSeconds;
  }

  isFull(sender: string, now: number): boolean {
    return (this.#freeAt.get(sender) ?? 0) - now > this.#queueSeconds * 1_000;
  }

  /**
   * Takes the sender's next free moment for a message: the instant (ms) at which it goes out, or null when
   * it would expire before.
   */
  reserve(sender: string, segments: number, times: { now: number; expiresAt: number }): number | null {
    const startsAt = Math.max(times.now, this.#freeAt.get(sender) ?? 0);
    if (startsAt > times.expiresAt) return null;
    if (this.#segmentsPerSecond !== Number.POSITIVE_INFINITY) {
      this.#freeAt.set(sender, startsAt + (segments / this.#segmentsPerSecond) * 1_000);
    }
    return startsAt;
  }
}
