import { CancellationScope, sleep } from '@temporalio/workflow';
import { summary } from './words';

/**
 * The one timer of a run, set to whatever ends first by itself. `condition(fn, ms)` would do the same with ten promises
 * more, and each promise that is pending keeps its stack trace, a kilobyte or two, for as long as the run sleeps.
 */
export class Alarm {
  private timer: { readonly wakeAt: number; readonly scope: CancellationScope } | undefined;

  constructor(private readonly ring: (wakeAt: number) => void) {}

  /** Rings `ms` from now, which is `wakeAt`. A timer set for that instant goes on; another one is canceled. */
  set(wakeAt: number, ms: number, what: string): void {
    if (this.timer?.wakeAt === wakeAt) return;
    this.clear();
    const timer = { wakeAt, scope: new CancellationScope() };
    this.timer = timer;
    const rung = () => {
      if (this.timer !== timer) return;
      this.timer = undefined;
      this.ring(wakeAt);
    };
    // Canceled, it has nothing to say: who canceled it knows.
    const canceled = () => {};
    void timer.scope.run(
      async () => void sleep(Math.ceil(ms), { summary: summary(what) }).then(rung, canceled),
    );
  }

  /** Leaves no timer behind. */
  clear(): void {
    const { timer } = this;
    this.timer = undefined;
    timer?.scope.cancel();
  }
}
