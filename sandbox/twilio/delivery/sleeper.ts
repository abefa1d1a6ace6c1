/** Waits that end together when the sandbox closes. */
export class Sleeper {
  readonly #wakers = new Set<() => void>();
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  /** Resolves to true when the instant (wall clock, ms) has come, to false when the sandbox closed first. */
  async until(instant: number): Promise<boolean> {
    for (let left = instant - Date.now(); left > 0 && !this.#closed; left = instant - Date.now()) {
      await this.#nap(Math.min(left, longestTimerMs));
    }
    return !this.#closed;
  }

  close(): void {
    this.#closed = true;
    for (const wake of this.#wakers) wake();
  }

  #nap(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#wakers.add(wake);
    });
  }
}

// setTimeout fires at once beyond 2^31 - 1 ms, and a message may be scheduled for later than that.
const longestTimerMs = 2 ** 31 - 1;
