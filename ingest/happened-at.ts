import type { AcceptedEvent } from './accepted-event';

/**
 * When an event happened, corrected for the sender's clock: as long before its arrival as that clock says it was before
 * sending. Never after its arrival. For a replay it is reckoned by when it first arrived.
 */
export function happenedAt(
  event: Pick<AcceptedEvent, 'originalTimestamp' | 'sentAt' | 'replayed'>,
  now: Date,
): Date {
  const arrivedAt = event.replayed?.receivedAt ?? now;
  if (!event.originalTimestamp) return arrivedAt;
  const skew = event.sentAt ? arrivedAt.getTime() - event.sentAt.getTime() : 0;
  const at = event.originalTimestamp.getTime() + skew;
  // Clocks that were never set can be off by more than Postgres can store.
  return Number.isNaN(at) ? arrivedAt : new Date(Math.max(EARLIEST, Math.min(at, arrivedAt.getTime())));
}

const EARLIEST = Date.UTC(1970, 0, 1);
