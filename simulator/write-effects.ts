import type { Batch } from '../ingest/batch';
import { type Customer, survivorOf } from '../ingest/customer';
import { isTrack, runEvent } from '../ingest/happening';
import type { Mark } from '../ingest/happening';
import { cancelHeld } from './end-run';
import type { SimulatedProject } from './project';
import type { VirtualRecord } from './record';
import type { TimelineItem } from './timeline';

/** Puts on record what an event came to, in the order in which it happened. */
export function writeEffects(
  record: VirtualRecord,
  { writes, deps }: Batch,
  options: {
    readonly project: SimulatedProject;
    readonly keepsAll?: boolean;
    readonly onMerge?: (from: string, to: string) => void;
  },
): void {
  for (const { from, to } of writes.merges) {
    const [gone, kept] = [from.profileId, survivorOf(to).profileId];
    mergeTracks(record, gone, kept);
    options.onMerge?.(gone, kept);
  }
  const listened = listenedTo(options.project);
  for (const { customer, happening } of writes.events) {
    if (!isTrack(happening) || !(options.keepsAll || listened.has(happening.name))) continue;
    const { profileId } = survivorOf(customer);
    const tracks = record.tracks.get(profileId) ?? [];
    record.tracks.set(profileId, tracks);
    tracks.push(runEvent(happening, deps.routes.definitionOf(happening.name)));
  }
  for (const { customer, offerId, at } of writes.redemptions) {
    const granted = record.offers.get(offerId.toLowerCase());
    if (granted && survivorOf(granted.enrolled.customer) === survivorOf(customer)) granted.redeemedAt ??= at;
  }
  for (const { kind, at, customer, fields } of itemsOf(writes).sort((a, b) => a.mark.seq - b.mark.seq)) {
    record.tell(survivorOf(customer).profileId, kind, at, fields);
  }
  for (const { enrollmentId, at } of writes.enrollmentChanges) {
    const enrolled = record.enrollments.get(enrollmentId ?? '');
    if (enrolled) cancelHeld(record, enrolled, at);
  }
}

function mergeTracks({ tracks }: VirtualRecord, gone: string, kept: string): void {
  const both = [...(tracks.get(kept) ?? []), ...(tracks.get(gone) ?? [])];
  tracks.delete(gone);
  tracks.set(
    kept,
    both.sort((a, b) => a.seq - b.seq),
  );
}

interface Placed {
  readonly mark: Mark;
  readonly customer: Customer;
}

interface Pending extends Placed {
  readonly kind: TimelineItem['kind'];
  readonly at: Date;
  readonly fields: { readonly [field: string]: unknown };
}

function itemsOf(writes: Batch['writes']): Pending[] {
  const placed = (
    { mark, customer }: Placed,
    kind: Pending['kind'],
    at: Date,
    fields: Pending['fields'],
  ): Pending => ({ mark, customer, kind, at, fields });
  return [
    ...writes.events.map(({ customer, happening }) => {
      const { mark, name, type, messageId, timestamp, receivedAt, properties } = happening;
      const fields = { name, type, messageId, timestamp, receivedAt, properties };
      return placed({ mark, customer }, 'event', receivedAt, fields);
    }),
    ...writes.identityChanges.map((row) => {
      const { at, change, type, value, reason } = row;
      return placed(row, 'identity', at, { change, type, value, reason });
    }),
    ...writes.consentChanges.map((row) => {
      const { at, channel, key, topic, from, to, source, actor, wording, reason } = row;
      const group = topic || null;
      return placed(row, 'consent', at, { channel, key, group, from, to, source, actor, wording, reason });
    }),
    ...writes.stageChanges.map((row) => placed(row, 'stage', row.at, { from: row.from, to: row.to })),
    ...writes.enrollmentChanges.map((row) => {
      const { at, enrollmentId, journey, version, key, status, reason } = row;
      return placed(row, 'enrollment', at, {
        enrollmentId,
        journey,
        version,
        key: key || null,
        status,
        reason,
      });
    }),
    ...writes.goals.map((row) => {
      const { name, messageId, timestamp } = row.event;
      const { enrollmentId, journey } = row.run;
      const value = { event: name, messageId, timestamp: timestamp.toISOString() };
      return placed(row, 'outcome', row.at, { enrollmentId, journey, outcome: 'goal', value });
    }),
  ];
}

/** Events that waits of some journey take. */
function listenedTo(project: SimulatedProject): ReadonlySet<string> {
  const known = listened.get(project);
  if (known) return known;
  const names = new Set(project.journeys.flatMap(({ policy }) => [...(policy.listens ?? [])]));
  listened.set(project, names);
  return names;
}

const listened = new WeakMap<SimulatedProject, ReadonlySet<string>>();
