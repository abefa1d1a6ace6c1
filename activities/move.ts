import { moveEnrollment } from '../store/journey-moves';
import type { JourneyActivities } from '../workflows/runtime/contract';
import type { ActivityDeps } from './deps';

/** Writes down that an enrollment is of another version from now on. A version that is not deployed here takes nobody. */
export async function move(
  { pool, journeys }: Pick<ActivityDeps, 'pool' | 'journeys'>,
  { enrollmentId, journey, from, to }: Parameters<JourneyActivities['move']>[0],
): ReturnType<JourneyActivities['move']> {
  if (!journeys.some(({ id, policy }) => id === journey && policy.version === to)) return { status: 'stays' };
  const isOpen = await moveEnrollment(pool, { enrollmentId, from, to });
  return { status: isOpen ? 'moved' : 'ended' };
}
