import type { Batch } from '../batch';
import type { Customer } from '../customer';
import type { Track } from '../happening';
import { knownEvents } from '../known-events';

/** The event by which a launch enters a customer, on their timeline like any other. */
export function audienceEntered(
  batch: Batch,
  customer: Customer,
  { launchId, audience }: { readonly launchId: string; readonly audience: string },
): Track {
  return {
    mark: batch.writes.mark(),
    messageId: `launch/${launchId}/${customer.profileId}`,
    type: 'track',
    name: knownEvents.audienceEntered,
    properties: { audience, launchId },
    context: null,
    eventVersion: null,
    source: 'jornada',
    timestamp: batch.now,
    receivedAt: batch.now,
    originalTimestamp: null,
    sentAt: null,
  };
}
