/** Counts what is under way, and says when nothing is. */
export class Activity {
  #count = 0;
  #waiting: (() => void)[] = [];

  get count(): number {
    return this.#count;
  }

  /** Returns the function that ends it; calling that again does nothing. */
  begin(): () => void {
    let open = true;
    this.#count++;
    return () => {
      if (!open) return;
      open = false;
      this.#count--;
      if (this.#count > 0) return;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const resolve of waiting) resolve();
    };
  }

  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
