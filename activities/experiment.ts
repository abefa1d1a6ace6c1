import { bucketOf } from '../rules/experiments/bucket';
import { isHeldOut } from '../rules/experiments/holdout';
import { walkedArm } from '../rules/experiments/split';
import { type Queryable, tx } from '../store/database';
import { lockCustomerOfEnrollment } from '../store/customer-lock';
import { assignArms, exposeToArms } from '../store/experiments';
import { findRunArms, type RunArms } from '../store/run-arms';
import type { Ended, JourneyActivities } from '../workflows/runtime/contract';
import type { ActivityDeps } from './deps';
import { enrollmentUnknown } from './errors';
import { policyOf } from './policy-of';

type Deps = Pick<ActivityDeps, 'pool' | 'workspace' | 'journeys'>;

/**
 * The arm of a split that a customer is in, assigned for good the first time a run of theirs comes to it. Those in the
 * global holdout walk on by the arm they would have been given, and are counted in none.
 */
export async function experiment(
  deps: Deps,
  request: Parameters<JourneyActivities['experiment']>[0],
): Promise<{ readonly arm: string } | Ended> {
  return tx(
    deps.pool,
    async (db) => {
      await lockCustomerOfEnrollment(db, request.enrollmentId);
      const run = await findRunArms(db, request.enrollmentId);
      if (!run) throw enrollmentUnknown(request.enrollmentId);
      if (run.status !== 'open') return { status: 'ended' };
      return { arm: await walk(deps, db, run, request) };
    },
    { byIndex: true },
  );
}

async function walk(
  deps: Deps,
  db: Queryable,
  run: RunArms,
  { enrollmentId, subject, split }: Parameters<JourneyActivities['experiment']>[0],
): Promise<string> {
  const id = `${run.journey}/${subject}`;
  const bucket = bucketOf(id, run.profileId);
  const known = run.assigned.find((one) => one.experiment === id);
  const arm = walkedArm(bucket, split, known?.arm);
  if (isHeldOutOfAll(deps, run)) return arm;
  const of = { profileId: run.profileId, enrollmentId, at: run.now };
  await assignArms(db, of, known ? [] : [{ experiment: id, arm, bucket }]);
  await exposeToArms(db, of, [{ experiment: id, arm }]);
  return arm;
}

/** Whether the customer is in the global holdout. */
function isHeldOutOfAll(deps: Deps, run: RunArms): boolean {
  const { profileId: customer, journey, assigned } = run;
  const { purpose } = policyOf(deps, run);
  return isHeldOut(purpose, { customer, journey, global: deps.workspace.holdout, assigned });
}
