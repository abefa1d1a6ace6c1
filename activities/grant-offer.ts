import { newId } from '../store/ids';
import { grantOffer as grant } from '../store/offers';
import { findRunArms } from '../store/run-arms';
import type { JourneyActivities, Offer } from '../workflows/runtime/contract';
import type { ActivityDeps } from './deps';
import { isHeldOutOfAll } from './experiment';

/**
 * Grants an offer once for each step and occurrence, and answers the one that stands. Those in the global holdout walk
 * on with one that they are not shown: it would show them what they are held out of.
 */
export async function grantOffer(
  deps: Pick<ActivityDeps, 'pool' | 'workspace' | 'journeys'>,
  request: Parameters<JourneyActivities['grantOffer']>[0],
): Promise<Offer | { readonly status: 'ended' }> {
  const { pool } = deps;
  const { enrollmentId, step, occurrence, offer: name } = request;
  const expiresAt = new Date(request.expiresAt);
  const run = await findRunArms(pool, enrollmentId);
  const withheld = run !== undefined && isHeldOutOfAll(deps, run);
  const offer = await grant(pool, {
    offerId: newId(),
    enrollmentId,
    step,
    occurrence,
    name,
    expiresAt,
    withheld,
  });
  if (!offer) return { status: 'ended' };
  return { id: offer.offerId, name: offer.name, expiresAt: offer.expiresAt.toISOString() };
}
