import type { Engine } from './engine';

/** The one timer of a run, set to whatever ends first by itself. */
export class Alarm {
  private timer: { readonly wakeAt: number; cancel(): void } | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly ring: (wakeAt: number) => void,
  ) {}

  /** Rings `ms` from now, which is `wakeAt`. A timer set for that instant goes on; another one is canceled. */
  set(wakeAt: number, ms: number, what: () => string): void {
    if (this.timer?.wakeAt === wakeAt) return;
    this.clear();
    const timer = { wakeAt, cancel: () => {} };
    this.timer = timer;
    timer.cancel = this.engine.timer(ms, what, () => {
      if (this.timer !== timer) return;
      this.timer = undefined;
      this.ring(wakeAt);
    });
  }

  /** Leaves no timer behind. */
  clear(): void {
    const { timer } = this;
    this.timer = undefined;
    timer?.cancel();
  }
}
