import type { Identifier } from '../rules/identity/identifiers';
import type { Resolution } from '../rules/identity/identity-graph';
import { forceTrait, setTraits } from '../rules/identity/traits';
import type { Batch } from './batch';
import { forgetConsentTo } from './consent';
import { type Customer, newCustomer } from './customer';
import { mergeCustomers } from './merge-customers';

interface Cause {
  readonly messageId: string;
  readonly source: string;
  readonly timestamp: Date;
}

/** Carries out what an event's identifiers came to, and answers whose it is. */
export function recognize(batch: Batch, resolution: Resolution, cause: Cause): Customer {
  const { profileId, created, merged, attached, dropped, moved, released } = resolution;
  if (created) batch.add(newCustomer(profileId, batch.now));
  const customer = batch.customer(profileId);
  for (const { profileId: gone, by } of merged) {
    batch.recordIdentity(customer, 'merged', by, { ...cause, reason: `profile ${gone}` });
    mergeCustomers(batch, customer, batch.customer(gone), cause.messageId);
  }
  for (const one of dropped) {
    batch.recordIdentity(customer, 'dropped', one, { ...cause, reason: `limit of ${one.limit}` });
  }
  for (const one of released) {
    batch.recordIdentity(customer, 'released', one, { ...cause, reason: 'replaced' });
    losePhone(batch, customer, one.value, cause);
  }
  for (const one of attached) {
    batch.recordIdentity(customer, 'attached', one, cause);
    learn(customer, one, cause);
  }
  if (moved) {
    const former = batch.customer(moved.fromProfileId);
    batch.recordIdentity(former, 'released', moved, { ...cause, reason: 'verified by another' });
    losePhone(batch, former, moved.value, cause);
    batch.recordIdentity(customer, 'moved', moved, cause);
    forgetConsentTo(batch, customer, moved.value, cause.source);
    learn(customer, moved, cause);
  }
  return customer;
}

/** A phone or e-mail that has become the customer's is a trait too. */
function learn(customer: Customer, { type, value }: Identifier, cause: Cause): void {
  if (type === 'email') {
    customer.record = setTraits(customer.record, { email: value }, cause.timestamp);
    customer.changed = 'wholly';
  }
  if (type === 'phone') setPhone(customer, value, cause);
}

function losePhone(batch: Batch, customer: Customer, phone: string, cause: Cause): void {
  forgetConsentTo(batch, customer, phone, cause.source);
  setPhone(customer, null, cause);
}

function setPhone(customer: Customer, phone: string | null, { timestamp }: Cause): void {
  customer.phone = phone;
  customer.record = forceTrait(customer.record, 'phone', phone, timestamp);
  customer.changed = 'wholly';
}
