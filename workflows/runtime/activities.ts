import { type LocalActivityFunctionWithOptions, proxyLocalActivities } from '@temporalio/workflow';
import type { JourneyActivities } from './contract';
import { summary } from './words';

/**
 * Effects outlive outages by being tried again for ever: shortly inside the worker, then by timers of the server, between
 * which the run hears its signals. A failure marked non-retryable ends the run `failed`.
 */
const activities = proxyLocalActivities<JourneyActivities>({
  startToCloseTimeout: 10_000,
  localRetryThreshold: 10_000,
  cancellationType: 'TRY_CANCEL',
  retry: { initialInterval: 250, backoffCoefficient: 2, maximumInterval: 60_000 },
});

/** A send waits for the provider's answer. */
const SEND_TIMEOUT_MS = 30_000;

/**
 * The local activities of one run, one at a time: the answers of several under way come back grouped otherwise on replay,
 * and what the run did next would not be the same.
 */
export class Activities {
  busy = false;
  private readonly queue: (() => void)[] = [];

  async idle(): Promise<void> {
    while (this.busy) await new Promise<void>((free) => this.queue.push(free));
  }

  /** `what` it is for, in Temporal's UI. */
  async call<Name extends keyof JourneyActivities>(
    name: Name,
    what: string,
    ...request: Parameters<JourneyActivities[Name]>
  ): Promise<Awaited<ReturnType<JourneyActivities[Name]>>> {
    if (this.busy) await this.idle();
    this.busy = true;
    try {
      // The compiler loses sight of the name in the proxy's mapped type.
      const activity = activities[name] as LocalActivityFunctionWithOptions<JourneyActivities[Name]>;
      const patience = name === 'send' ? { startToCloseTimeout: SEND_TIMEOUT_MS } : {};
      return await activity.executeWithOptions({ ...patience, summary: summary(what) }, request);
    } finally {
      this.busy = false;
      this.queue.shift()?.();
    }
  }
}
