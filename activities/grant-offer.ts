import { isHeldOut } from '../rules/experiments/holdout';
import { newId } from '../store/ids';
import { grantOffer as grant } from '../store/offers';
import { findRunArms, type RunArms } from '../store/run-arms';
import type { JourneyActivities, Offer } from '../workflows/runtime/contract';
import type { ActivityDeps } from './deps';
import { offerWithoutCode } from './errors';
import { policyOf } from './policy-of';

type Deps = Pick<ActivityDeps, 'pool' | 'workspace' | 'journeys'>;

/**
 * Grants an offer once for each step and occurrence, and answers the one that stands; with the unique code of the run,
 * where the journey has some of it. Who is held out, of all or of this journey, walks on with one that they are not
 * shown: it would show them what they are held out of.
 */
export async function grantOffer(
  deps: Deps,
  request: Parameters<JourneyActivities['grantOffer']>[0],
): Promise<Offer | { readonly status: 'ended' }> {
  const { pool } = deps;
  const { enrollmentId, step, occurrence, offer: name } = request;
  const run = await findRunArms(pool, enrollmentId);
  const granted = await grant(pool, {
    offerId: newId(),
    enrollmentId,
    step,
    occurrence,
    name,
    expiresAt: new Date(request.expiresAt),
    withheld: run !== undefined && isHeldOutOfIt(deps, run),
  });
  if (!granted) return { status: 'ended' };
  const { offerId: id, expiresAt, code } = granted;
  if (code === null && run && policyOf(deps, run).codes === name) throw offerWithoutCode(name, enrollmentId);
  return { id, name: granted.name, expiresAt: expiresAt.toISOString(), ...(code !== null && { code }) };
}

/** As the gate will say when it is first asked, which may be after the grant. */
function isHeldOutOfIt(deps: Deps, run: RunArms): boolean {
  const { purpose, holdout: own } = policyOf(deps, run);
  const { profileId: customer, journey, assigned } = run;
  return isHeldOut(purpose, { customer, journey, global: deps.workspace.holdout, own, assigned });
}
