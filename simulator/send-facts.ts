import { survivorOf } from '../ingest/customer';
import type { SendFacts } from '../store/send-facts';
import type { LedgerRow } from '../store/sends';
import { CHANNEL } from '../activities/send/gate-facts';
import type { Enrolled, VirtualRecord } from './record';

/** What a send is decided by, as it stands now. */
export function sendFacts(
  record: VirtualRecord,
  enrolled: Enrolled,
  { step, send, now }: { readonly step: string; readonly send: LedgerRow | undefined; readonly now: Date },
): SendFacts {
  const { run, pacedStep } = enrolled;
  const customer = survivorOf(enrolled.customer);
  const { profileId, phone, contextZone, stages } = customer;
  const { timezone, locale, region, firstName } = customer.record.traits;
  return {
    now,
    profileId,
    erased: false,
    heldBy: record.holds.heldBy(run.journey),
    stage: stages.stage,
    stageDueAt: stages.stageDueAt,
    lastActivityAt: stages.lastActivityAt,
    contextTimezone: contextZone?.name ?? null,
    timezone,
    locale,
    region,
    firstName,
    phone,
    journey: run.journey,
    version: run.version,
    enrollmentStatus: run.status,
    enrollmentReason: run.reason,
    subscriptions: customer.subscriptions.filter(({ channel, key }) => channel === CHANNEL && key === phone),
    suppressions: phone === null ? [] : record.suppressionsOf(CHANNEL, phone),
    send,
    pacedUntil: pacedStep === step ? run.heldUntil : null,
    lock: record.marks.lockOf(customer, now),
    // In memory runs wake in the order of their priorities: nobody waits for another.
    rivals: [],
    assigned: record.marks.armsOf(customer),
    recent: record.marks.recent(customer, send?.sendId),
  };
}
