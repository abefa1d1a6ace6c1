import { resolveTarget } from '../rules/time/targets';
import { findRunCustomer } from '../store/run-customer';
import type { JourneyActivities } from '../workflows/runtime/contract';
import { customerZone } from './customer-zone';
import type { ActivityDeps } from './deps';
import { enrollmentUnknown } from './errors';

/** The instant that a local time falls on where the customer is now. */
export async function resolveTime(
  { pool, workspace }: Pick<ActivityDeps, 'pool' | 'workspace'>,
  { enrollmentId, target, startedIn }: Parameters<JourneyActivities['resolveTime']>[0],
): Promise<{ readonly at: number; readonly zone: string }> {
  const customer = await findRunCustomer(pool, enrollmentId);
  if (!customer) throw enrollmentUnknown(enrollmentId);
  const zone = customerZone(customer, workspace);
  const { dayZero } = customer;
  return { at: resolveTarget(target, { zone, dayZero, ...(startedIn && { startedIn }) }), zone };
}
