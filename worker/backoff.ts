/** Pauses that grow with each failure, and end early when their owner stops. */
export class Backoff {
  private readonly pauses = new Set<() => void>();
  private stopped = false;

  constructor(
    /** Milliseconds after the first failure, and at most. */
    private readonly first = 100,
    private readonly longest = 2_000,
  ) {}

  /** Resolves to false when there is no point in trying again. */
  pause(failures: number): Promise<boolean> {
    if (this.stopped) return Promise.resolve(false);
    // Half of it by chance: customers that failed together should not come back together.
    const ms = Math.min(this.first * 2 ** Math.min(failures, 20), this.longest) * (0.5 + Math.random() / 2);
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.pauses.delete(end);
        resolve(!this.stopped);
      };
      const timer = setTimeout(end, ms);
      this.pauses.add(end);
    });
  }

  stop(): void {
    this.stopped = true;
    for (const end of this.pauses) end();
  }
}
