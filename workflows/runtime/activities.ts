import type { JourneyActivities } from './contract';
import type { Engine } from './engine';

/**
 * The activities of one run, one at a time: the answers of several under way come back grouped otherwise on replay, and
 * what the run did next would not be the same.
 */
export class Activities {
  busy = false;
  private readonly queue: (() => void)[] = [];

  constructor(private readonly engine: Engine) {}

  async idle(): Promise<void> {
    while (this.busy) await new Promise<void>((free) => this.queue.push(free));
  }

  /** `what` it is for, in Temporal's UI. */
  async call<Name extends keyof JourneyActivities>(
    name: Name,
    what: string,
    request: Parameters<JourneyActivities[Name]>[0],
  ): Promise<Awaited<ReturnType<JourneyActivities[Name]>>> {
    if (this.busy) await this.idle();
    this.busy = true;
    try {
      return await this.engine.execute(name, what, request);
    } finally {
      this.busy = false;
      this.queue.shift()?.();
    }
  }
}
