import {
  type Identifier,
  identifierKey,
  identifyingValue,
  refusedPhones,
} from '../rules/identity/identifiers';
import type { Resolution } from '../rules/identity/identity-graph';
import { knownSpelling, setTraits } from '../rules/identity/traits';
import { changeZone } from '../rules/lifecycle/stages';
import { isZone } from '../rules/time/local-time';
import type { Delivery } from '../workflows/runtime/contract';
import type { AcceptedEvent, JsonObject } from './accepted-event';
import type { Batch } from './batch';
import { applyConsent } from './consent';
import { type Customer, changeLightly } from './customer';
import { happenedAt } from './happened-at';
import type { Happening } from './happening';
import { refusedAddresses } from './messaging-subscriptions';
import { passTime } from './move-stage';
import { recognize } from './recognize';
import { route, takeEffect } from './take-effect';

/** Lets one event take effect: whose it is, what it tells of them, and what it does. */
export function applyEvent(batch: Batch, event: AcceptedEvent, resolution: Resolution): void {
  const timestamp = happenedAt(event, batch.now);
  const { messageId, source } = event;
  const customer = recognize(batch, resolution, { messageId, source, timestamp });
  for (const refused of refusedIdentifiers(batch, event)) {
    const reason = refused.type === 'phone' ? 'not a phone number of one person' : 'not an e-mail address';
    batch.recordIdentity(customer, 'dropped', refused, { messageId, reason });
  }
  // What was due before the event came has happened before it.
  elapse(batch, customer);
  if (event.type === 'identify') learnTraits(batch, customer, event, { resolution, timestamp });
  learnZone(customer, event.context?.timezone, timestamp);
  settleZone(batch, customer);
  if (event.type === 'identify' && event.context) {
    applyConsent(batch, customer, { context: event.context, source, timestamp });
  }
  takeEffect(batch, customer, happening(batch, event, timestamp));
  // One who registered long ago is past the stage already.
  elapse(batch, customer);
}

/** What was given as a phone, or as an address of consent, and is none. */
function refusedIdentifiers({ deps: { workspace } }: Batch, event: AcceptedEvent): Iterable<Identifier> {
  const phones = refusedPhones(event, workspace).map((value) => ({ type: 'phone', value }));
  const addresses =
    event.type === 'identify' && event.context ? refusedAddresses(event.context, workspace.country) : [];
  return new Map([...phones, ...addresses].map((one) => [identifierKey(one), one])).values();
}

/** What is due at this very instant comes after the event: the next sweep does it. */
function elapse(batch: Batch, customer: Customer): void {
  const due = customer.stages.stageDueAt;
  if (due === null || due >= batch.now) return;
  for (const track of passTime(batch, customer, new Date(batch.now.getTime() - 1))) {
    route(batch, customer, [track]);
  }
}

function learnTraits(
  batch: Batch,
  customer: Customer,
  event: AcceptedEvent,
  { resolution, timestamp }: { readonly resolution: Resolution; readonly timestamp: Date },
): void {
  const { phone, email, ...others } = knownSpelling(traitsOf(event.context), event.traits ?? {});
  // A phone or e-mail that could not be the customer's is no trait of theirs either.
  const asIdentifier = (type: string, raw: unknown) => identifyingValue(type, raw, batch.deps.workspace);
  const isOurs = phone === null || (phone !== undefined && asIdentifier('phone', phone) === customer.phone);
  const address = asIdentifier('email', email);
  const isLost = resolution.dropped.some(({ type, value }) => type === 'email' && value === address);
  const record = setTraits(
    customer.record,
    Object.assign(
      others,
      isOurs && { phone: phone === null ? null : customer.phone },
      email !== undefined && !isLost && { email },
    ),
    timestamp,
  );
  if (record === customer.record) return;
  customer.record = record;
  customer.changed = 'wholly';
}

function learnZone(customer: Customer, zone: unknown, at: Date): void {
  if (typeof zone !== 'string' || (customer.contextZone && customer.contextZone.at > at)) return;
  if (!isZone(zone)) return;
  customer.contextZone = { name: zone, at };
  changeLightly(customer);
}

/** Reckons the end of stage `new` again where the customer's zone has changed, and tells the open runs. */
function settleZone(batch: Batch, customer: Customer): void {
  const open = customer.runs.filter((run) => run.status === 'open');
  if (open.length === 0 && customer.stages.stage !== 'new') return;
  const zone = batch.zoneOf(customer);
  if (customer.stages.stage === 'new' && customer.stageZone !== zone) {
    customer.stages = changeZone(customer.stages, customer.stageZone, zone);
    customer.stageZone = zone;
    customer.changed = 'wholly';
  }
  const told: Delivery = { kind: 'zone', zone, at: batch.now.getTime() };
  for (const run of open) {
    if (run.zone === zone) continue;
    run.zone = zone;
    batch.writes.outbox.push({ customer, run, kind: 'zone', payload: () => told });
  }
}

function happening(batch: Batch, event: AcceptedEvent, timestamp: Date): Happening {
  return {
    mark: batch.writes.mark(),
    messageId: event.messageId,
    type: event.type,
    name: event.name ?? null,
    properties: storedProperties(event),
    context: event.context && Object.keys(event.context).length > 0 ? event.context : null,
    eventVersion: event.eventVersion ?? null,
    source: event.source,
    timestamp,
    receivedAt: batch.now,
    originalTimestamp: event.originalTimestamp ?? null,
    sentAt: event.sentAt ?? null,
  };
}

/** What the event is about, whatever its type. */
function storedProperties({
  type,
  properties = {},
  traits = {},
  groupId,
  previousId,
}: AcceptedEvent): JsonObject {
  switch (type) {
    case 'identify':
      return traits;
    case 'group':
      return { ...traits, groupId };
    case 'alias':
      return { previousId };
    case 'track':
    case 'page':
    case 'screen':
      return properties;
  }
}

function traitsOf(context: JsonObject | undefined): JsonObject {
  const traits = context?.traits;
  return typeof traits === 'object' && traits !== null ? (traits as JsonObject) : {};
}
