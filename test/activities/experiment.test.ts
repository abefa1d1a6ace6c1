import { bucketOf } from '../../rules/experiments/bucket';
import { armOf } from '../../rules/experiments/split';
import { asking, createCustomer, createWorld, type Customer, enroll, type World } from './world';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const even = { plain: 50, playful: 50 };
const walk = (enrollmentId: string, split: object = even, activities = world.activities) =>
  activities.experiment({ enrollmentId, subject: 'subject', split: { ...split } });
const dealt = ({ profileId }: Customer, split = even) =>
  armOf(bucketOf('campaign/subject', profileId), split);
/** Customers by the arm that an even split deals them, one of each. */
async function oneOfEach(): Promise<{ plain: Customer; playful: Customer }> {
  const found: { [arm: string]: Customer } = {};
  while (!found['plain'] || !found['playful']) {
    const customer = await createCustomer(world.pool);
    found[dealt(customer)] ??= customer;
  }
  return { plain: found['plain'], playful: found['playful'] };
}
const marks = async (table: 'assignments' | 'exposures', { profileId }: Customer) => {
  const at = table === 'assignments' ? 'assigned_at' : 'exposed_at';
  const { rows } = await world.pool.query<{ arm: string }>(
    `select arm from experiment_${table} where profile_id = $1 and experiment = 'campaign/subject' order by ${at}`,
    [profileId],
  );
  return rows.map(({ arm }) => arm);
};

it('deals an arm by the customer’s bucket, and keeps it whatever percentages and runs come after', async () => {
  const each = await oneOfEach();
  for (const arm of ['plain', 'playful'] as const) {
    const customer = each[arm];
    expect(await walk(await enroll(world.pool, customer, 'campaign', '1'))).toEqual({ arm });
    const turned = arm === 'plain' ? { plain: 0, playful: 100 } : { plain: 100, playful: 0 };
    const second = await enroll(world.pool, customer, 'campaign', '2');
    expect(await walk(second, turned)).toEqual({ arm });
    expect(await walk(second, turned)).toEqual({ arm });
    expect(await marks('assignments', customer)).toEqual([arm]);
    expect(await marks('exposures', customer)).toEqual([arm, arm]);
  }
});

it('deals anew where the arm is no more, and leaves on record what was assigned and what was walked', async () => {
  const { plain } = await oneOfEach();
  await walk(await enroll(world.pool, plain, 'campaign', '1'));
  const later = { playful: 50, solemn: 50 };
  const arm = armOf(bucketOf('campaign/subject', plain.profileId), later);
  expect(await walk(await enroll(world.pool, plain, 'campaign', '2'), later)).toEqual({ arm });
  expect(await marks('assignments', plain)).toEqual(['plain']);
  expect((await marks('exposures', plain)).sort()).toEqual(['plain', arm].sort());
});

it('counts whoever is held out of everything in no arm, who walk on all the same; a run that is over walks nowhere', async () => {
  const { playful } = await oneOfEach();
  const { workspace } = world.deps;
  const heldOut = world.withDeps({ workspace: { ...workspace, holdout: { percent: 100 } } });
  const enrollmentId = await enroll(world.pool, playful);
  expect(await walk(enrollmentId, even, heldOut)).toEqual({ arm: 'playful' });
  expect([await marks('assignments', playful), await marks('exposures', playful)]).toEqual([[], []]);
  await world.pool.query(`update enrollments set status = 'completed' where enrollment_id = $1`, [
    enrollmentId,
  ]);
  expect(await walk(enrollmentId)).toEqual({ status: 'ended' });
});

it('a holdout keeps who was assigned, and who it made a difference to: sent or held out, not refused for other reasons', async () => {
  const { journeys } = world.deps;
  const half = journeys.map((one) => ({ ...one, policy: { ...one.policy, holdout: { percent: 50 } } }));
  const activities = world.withDeps({ journeys: half });
  const seen = new Map<string, string>();
  for (let n = 0; n < 200 && seen.size < 2; n++) {
    const customer = await createCustomer(world.pool);
    const answer = await activities.send(asking(await enroll(world.pool, customer)));
    const { rows } = await world.pool.query<{ assigned: string; exposed: string }>(
      `select a.arm as assigned, e.arm as exposed from experiment_assignments a
       join experiment_exposures e using (profile_id, experiment) where profile_id = $1`,
      [customer.profileId],
    );
    expect(rows).toHaveLength(1);
    seen.set(answer.status, `${rows[0]?.assigned} ${rows[0]?.exposed}`);
  }
  expect([...seen].sort()).toEqual([
    ['sent', 'treatment treatment'],
    ['suppressed', 'control control'],
  ]);

  const silent = await createCustomer(world.pool, { consent: 'unsubscribed' });
  await activities.send(asking(await enroll(world.pool, silent)));
  const { rowCount } = await world.pool.query(
    'select from experiment_assignments where profile_id = $1 union all select from experiment_exposures where profile_id = $1',
    [silent.profileId],
  );
  expect(rowCount).toBe(0);
});
