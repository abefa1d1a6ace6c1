import { lockCustomerOfEnrollment } from '../store/customer-lock';
import { tx } from '../store/database';
import { runProperties } from '../rules/run-properties';
import { findRunEvents, type StoredEvent } from '../store/run-events';
import type { JourneyActivities, RunEvent } from '../workflows/runtime/contract';
import type { ActivityDeps, Catalog } from './deps';

/**
 * Stored events that a wait may still take, oldest first, with the properties that runs see. Under the customer's lock:
 * one that arrived in time, and whose transaction has yet to commit, is waited for.
 */
export async function eventsSince(
  { pool, catalog }: Pick<ActivityDeps, 'pool' | 'catalog'>,
  request: Parameters<JourneyActivities['eventsSince']>[0],
): Promise<RunEvent[]> {
  const { enrollmentId, names } = request;
  const events = await tx(pool, async (db) => {
    await lockCustomerOfEnrollment(db, enrollmentId);
    return findRunEvents(db, {
      enrollmentId,
      names,
      where: request.where ?? {},
      afterSeq: request.afterSeq ?? null,
      since: request.since === undefined ? null : new Date(request.since),
      receivedUntil: new Date(request.receivedUntil),
    });
  });
  return events.map((event) => runEvent(event, catalog));
}

function runEvent(event: StoredEvent, { events }: Catalog): RunEvent {
  return {
    ...event,
    receivedAt: event.receivedAt.getTime(),
    timestamp: event.timestamp.getTime(),
    properties: runProperties(events[event.name], event.properties),
  };
}
