import { noteDue } from '../store/enrollment-dues';
import type { ActivityDeps } from './deps';

/**
 * Keeps, for a journey with a lock, when its run will be about to ask again: until it says so, journeys that come after
 * it wait. For a worker to call whenever a run comes to rest; `wakeAt` is epoch milliseconds on Jornada's clock.
 */
export async function noteRest(
  { pool, journeys }: Pick<ActivityDeps, 'pool' | 'journeys'>,
  { workflowId, wakeAt }: { readonly workflowId: string; readonly wakeAt: number | null },
): Promise<void> {
  const [, journey, enrollmentId] = workflowId.split('/');
  if (wakeAt === null || enrollmentId === undefined) return;
  if (!journeys.some(({ id, policy }) => id === journey && policy.lock)) return;
  await noteDue(pool, enrollmentId, new Date(wakeAt));
}
