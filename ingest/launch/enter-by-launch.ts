import type { LaunchRow } from '../../store/launches';
import type { Batch } from '../batch';
import type { Customer } from '../customer';
import type { JourneyDefinition } from '../deps';
import { enter } from '../enter';
import type { Track } from '../happening';
import { knownEvents } from '../known-events';

type Launch = Pick<LaunchRow, 'launchId' | 'audience'>;

/** Enters a customer by a launch, unless a rule of entry refuses them; answers whether it did. */
export function enterByLaunch(
  batch: Batch,
  customer: Customer,
  journey: JourneyDefinition,
  launch: Launch,
): boolean {
  const before = customer.runs.length;
  const track = audienceEntered(batch, customer, launch);
  batch.writes.events.push({ customer, happening: track });
  enter(batch, customer, journey, track);
  return customer.runs.length > before;
}

/** The event by which a launch enters a customer, on their timeline like any other. */
function audienceEntered(batch: Batch, customer: Customer, { launchId, audience }: Launch): Track {
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
