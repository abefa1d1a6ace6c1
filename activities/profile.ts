import { profileView } from '../rules/profile-view';
import { findRunCustomer } from '../store/run-customer';
import type { ProfileView } from '../workflows/runtime/contract';
import { customerZone } from './customer-zone';
import type { ActivityDeps } from './deps';
import { enrollmentUnknown } from './errors';

/** The customer as of this moment. */
export async function profile(
  { pool, catalog, workspace }: Pick<ActivityDeps, 'pool' | 'catalog' | 'workspace'>,
  { enrollmentId }: { readonly enrollmentId: string },
): Promise<ProfileView> {
  const customer = await findRunCustomer(pool, enrollmentId);
  if (!customer) throw enrollmentUnknown(enrollmentId);
  const { traits, stage } = customer;
  return profileView(
    { traits, stage, timezone: customerZone(customer, workspace) },
    { locales: workspace.locales, declared: catalog.traits },
  );
}
