import type { JourneyPolicy } from '../catalog/policy';
import type { ActivityDeps } from './deps';
import { journeyVersionUnknown } from './errors';

/** The policy that a run goes by: that of its version. */
export function policyOf(
  { journeys }: Pick<ActivityDeps, 'journeys'>,
  { journey, version }: { readonly journey: string; readonly version: number },
): JourneyPolicy {
  const found = journeys.find(({ id, policy }) => id === journey && policy.version === version);
  if (!found) throw journeyVersionUnknown(journey, version);
  return found.policy;
}
