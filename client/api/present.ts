import type { EnrollmentItem } from '../../store/enrollment-list';
import type { OutcomeItem } from '../../store/outcome-list';
import type { Quarantined } from '../../store/quarantine';
import type { RefusalItem } from '../../store/refusal-list';
import type { SendItem } from '../../store/send-list';
import type { TimelineRow } from '../../store/timeline';

export interface Item {
  /** ISO 8601 */
  readonly at: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** A row of the timeline as the outside sees it: absent fields left out, instants in ISO 8601 with milliseconds. */
export function timelineItem({ kind, at, fields }: TimelineRow): Item {
  const shown = Object.entries(fields).map(([field, value]) => [
    field,
    instants.has(field) && typeof value === 'string' ? iso(value) : value,
  ]);
  return withoutAbsent({ at: iso(at), kind, ...Object.fromEntries(shown) });
}

const instants = new Set(['timestamp', 'receivedAt', 'until']);

export function quarantineItem({ messageId, receivedAt, source, event, violations }: Quarantined) {
  return { messageId, receivedAt, source, event, violations };
}

/** An open run is shown as `entered`, the word its timeline has for it. */
export function enrollmentItem(row: EnrollmentItem): Item {
  return withoutAbsent({
    at: iso(row.endedAt ?? row.enteredAt),
    kind: 'enrollment',
    enrollmentId: row.enrollmentId,
    customerId: row.profileId,
    journey: row.journey,
    version: row.version,
    key: row.key || null,
    status: row.status === 'open' ? 'entered' : row.status,
    reason: row.reason,
    enteredAt: iso(row.enteredAt),
    endedAt: row.endedAt && iso(row.endedAt),
    goalAt: row.goalAt && iso(row.goalAt),
  });
}

export function refusalItem(row: RefusalItem): Item {
  return withoutAbsent({
    at: iso(row.at),
    kind: 'enrollment',
    customerId: row.profileId,
    journey: row.journey,
    version: row.version,
    key: row.key || null,
    status: 'refused',
    reason: row.reason,
  });
}

export function sendItem(row: SendItem): Item {
  const { profileId, createdAt, statusAt, ...shown } = row;
  return withoutAbsent({
    at: iso(statusAt),
    kind: 'send',
    ...shown,
    customerId: profileId,
    createdAt: iso(createdAt),
  });
}

export function outcomeItem(row: OutcomeItem): Item {
  const { enrollmentId, profileId, journey, outcome, value } = row;
  return withoutAbsent({
    at: iso(row.at),
    kind: 'outcome',
    enrollmentId,
    customerId: profileId,
    journey,
    outcome,
    value,
  });
}

/** Postgres keeps microseconds and writes an offset; outside, instants are as Date writes them. */
export function iso(instant: string): string {
  return new Date(instant).toISOString();
}

function withoutAbsent<T extends object>(item: T): T {
  return Object.fromEntries(
    Object.entries(item).filter(([, value]) => value !== null && value !== undefined),
  ) as T;
}
