import { piiTraits } from '../catalog/traits';
import { pickLocale } from '../rules/render';
import { findRunCustomer } from '../store/run-customer';
import type { ProfileView } from '../workflows/runtime/contract';
import { customerZone } from './customer-zone';
import type { ActivityDeps } from './deps';
import { enrollmentUnknown } from './errors';

/** The customer as a run may see them: without anything personal, since what it sees is kept in the history. */
export async function profile(
  { pool, workspace }: Pick<ActivityDeps, 'pool' | 'workspace'>,
  { enrollmentId }: { readonly enrollmentId: string },
): Promise<ProfileView> {
  const customer = await findRunCustomer(pool, enrollmentId);
  if (!customer) throw enrollmentUnknown(enrollmentId);
  const { traits, stage } = customer;
  return {
    traits: Object.fromEntries(Object.entries(traits).filter(([trait]) => !personal.has(spelling(trait)))),
    ...(stage && { stage }),
    timezone: customerZone(customer, workspace),
    locale: pickLocale(traits.locale, workspace.locales),
  };
}

/** A trait may be written `lastName` or `last_name`. */
const spelling = (trait: string) => trait.replaceAll('_', '').toLowerCase();
const personal: ReadonlySet<string> = new Set(piiTraits.map(spelling));
