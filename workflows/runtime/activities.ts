import { proxyLocalActivities } from '@temporalio/workflow';
import type { JourneyActivities } from './contract';

/**
 * Effects outlive outages by being tried again for ever: shortly inside the worker, then by timers of the server, between
 * which the run hears its signals. A failure marked non-retryable ends the run `failed`.
 */
export const activities = proxyLocalActivities<JourneyActivities>({
  startToCloseTimeout: 10_000,
  localRetryThreshold: 10_000,
  retry: { initialInterval: 250, backoffCoefficient: 2, maximumInterval: 60_000 },
});
