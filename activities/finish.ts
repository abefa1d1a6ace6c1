import { finishEnrollment } from '../store/enrollment-finish';
import type { JourneyActivities, RunResult } from '../workflows/runtime/contract';
import type { ActivityDeps } from './deps';
import { enrollmentUnknown } from './errors';

/** Ends the enrollment of a run that came to its end, and answers how it ended: something else may have been first. */
export async function finish(
  { pool }: Pick<ActivityDeps, 'pool'>,
  request: Parameters<JourneyActivities['finish']>[0],
): Promise<RunResult> {
  const { enrollmentId, status, reason = null } = request;
  const end = await finishEnrollment(pool, { enrollmentId, status, reason, at: new Date(request.at) });
  if (!end) throw enrollmentUnknown(enrollmentId);
  switch (end.status) {
    case 'exited':
    case 'converted':
    case 'merged':
    case 'failed':
      return { status: end.status, reason: end.reason ?? end.status };
    default:
      return { status: 'completed' };
  }
}
