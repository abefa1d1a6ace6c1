import { newId } from '../store/ids';
import { grantOffer as grant } from '../store/offers';
import type { JourneyActivities, Offer } from '../workflows/runtime/contract';
import type { ActivityDeps } from './deps';

/** Grants an offer once for each step and occurrence, and answers the one that stands. */
export async function grantOffer(
  { pool }: Pick<ActivityDeps, 'pool'>,
  request: Parameters<JourneyActivities['grantOffer']>[0],
): Promise<Offer | { readonly status: 'ended' }> {
  const { enrollmentId, step, occurrence, offer: name } = request;
  const expiresAt = new Date(request.expiresAt);
  const offer = await grant(pool, { offerId: newId(), enrollmentId, step, occurrence, name, expiresAt });
  if (!offer) return { status: 'ended' };
  return { id: offer.offerId, name: offer.name, expiresAt: offer.expiresAt.toISOString() };
}
