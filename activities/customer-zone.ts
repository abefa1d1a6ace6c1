import { zonesOf } from '../rules/time/zones';
import type { RunCustomer } from '../store/run-customer';
import type { Workspace } from './deps';

/** The zone to reckon in for a customer: IANA name. */
export function customerZone(customer: RunCustomer, workspace: Pick<Workspace, 'timezone'>): string {
  return zonesOf({
    trait: customer.traits.timezone,
    context: customer.contextTimezone,
    phone: customer.phone,
    workspace: workspace.timezone,
  }).zone;
}
