import { recordOutcome as record } from '../store/outcomes';
import type { JourneyActivities } from '../workflows/runtime/contract';
import type { ActivityDeps } from './deps';

/** Records an outcome of a run that is not over, once by its name. */
export async function recordOutcome(
  { pool }: Pick<ActivityDeps, 'pool'>,
  { enrollmentId, outcome, value, at }: Parameters<JourneyActivities['recordOutcome']>[0],
): Promise<void> {
  await record(pool, { enrollmentId, outcome, value, at: new Date(at) });
}
