import type { JourneyDefinition } from '../../ingest/deps';
import { type LaunchDeps, requestLaunch, workLaunches } from '../../ingest';
import { countEnterable, sampleEnterable } from '../../store/audiences';
import { approveLaunch, findLaunch } from '../../store/launches';
import { beginHold, liftHold } from '../../store/holds';
import { World } from './world';

const campaign: JourneyDefinition = {
  id: 'campaign',
  policy: {
    version: 1,
    purpose: 'marketing',
    enter: { audience: 'searched-without-redeeming' },
    reentry: 'always',
  },
};
const by = { actor: 'Ana', note: null };

let world: World;
let deps: LaunchDeps;
beforeEach(async () => {
  world = await World.create([campaign]);
  deps = { ...world.deps, audiences: { 'searched-without-redeeming': { stage: ['active'] } } };
});
afterEach(() => world.end());

const add = (count: number, stage = 'active') =>
  world.rows(
    `insert into profiles (profile_id, created_at, stage)
     select gen_random_uuid(), '2027-01-01', $2 from generate_series(1, $1::int)`,
    [count, stage],
  );
const launched = () => requestLaunch(world.pool, deps, { journey: 'campaign', ...by });
const workOff = async () => {
  while (await workLaunches(world.pool, deps));
};
const runs = async () => Number((await world.rows('select count(*) as n from enrollments'))[0]?.n);
/** A launch of the past that entered so many. */
const before = (entered: number) =>
  world.rows(
    `insert into launches (launch_id, journey, version, audience, status, expected, entered, actor, at)
     values (gen_random_uuid(), 'campaign', 1, 'searched-without-redeeming', 'done', $1, $1, 'Ana', '2027-01-02')`,
    [entered],
  );

it('enters everyone in the audience, once each, whatever is asked twice and whoever works at it', async () => {
  await add(1_000);
  await add(50, 'new');
  const [one, two] = await Promise.all([launched(), launched()]);
  expect(one.launchId).toBe(two.launchId);
  expect(one).toMatchObject({ status: 'running', expected: 1_000 });

  // Two workers, one of which goes away in the middle.
  await workLaunches(world.pool, deps);
  expect(await runs()).toBeGreaterThan(0);
  await Promise.all([workOff(), workOff()]);
  expect(await findLaunch(world.pool, 'campaign')).toMatchObject({
    status: 'done',
    entered: 1_000,
    refused: 0,
  });
  const [told] = await world.rows(`select count(*) as n, count(distinct enrollment_id) as runs from outbox`);
  expect(told).toEqual({ n: 1_000, runs: 1_000 });
});

it('enters at the next launch only those who have crossed into the audience since', async () => {
  await add(3);
  await launched();
  await workOff();
  await world.rows(`update enrollments set status = 'completed', ended_at = clock_now()`);
  await add(2);
  const [left] = await world.rows(
    `update profiles set stage = 'inactive' where profile_id = (select min(profile_id::text)::uuid from profiles
       where profile_id in (select profile_id from enrollments)) returning profile_id as id`,
  );
  expect(await launched()).toMatchObject({ expected: 2 });
  await workOff();
  expect(await runs()).toBe(5);

  await world.rows(`update profiles set stage = 'active' where profile_id = $1`, [left?.id]);
  await world.rows(
    `update enrollments set status = 'completed', ended_at = clock_now() where status = 'open'`,
  );
  expect(await launched()).toMatchObject({ expected: 1 });
  await workOff();
  expect(await runs()).toBe(6);
});

it('runs up to ten times the last, and is held beyond that until it is approved', async () => {
  await add(40_000);
  await before(4_000);
  expect(await launched()).toMatchObject({ status: 'running', expected: 40_000 });
  await world.rows(`update launches set status = 'canceled' where status = 'running'`);

  await add(1);
  expect(await launched()).toMatchObject({ status: 'held', expected: 40_001, lastEntered: 4_000 });
  await workOff();
  expect(await runs()).toBe(0);
  expect(await approveLaunch(world.pool, 'campaign', 'Bo')).toBe(true);
  await workLaunches(world.pool, deps);
  expect(await runs()).toBeGreaterThan(0);
});

it('stands still while its journey is paused or all sending is halted, and does not begin when paused', async () => {
  await add(10);
  await launched();
  await beginHold(world.pool, { journey: '', kind: 'halted', cause: 'operator', ...by });
  expect(await workLaunches(world.pool, deps)).toBe(false);
  expect(await runs()).toBe(0);
  await liftHold(world.pool, { journey: '', ...by });
  await workOff();
  expect(await runs()).toBe(10);
  await beginHold(world.pool, { journey: 'campaign', kind: 'paused', cause: 'operator', ...by });
  await expect(launched()).rejects.toMatchObject({ code: 'journey_paused' });
});

it('takes a sample of those who would enter by chance, of many and of few', async () => {
  await add(6_000);
  await add(300, 'new');
  const entry = { journey: 'campaign', condition: { stage: ['active' as const] }, reentryAfterMs: 0 };
  const now = new Date('2027-02-02T15:00:00Z');
  const of = await countEnterable(world.pool, entry, now);
  expect(of).toBe(6_000);
  const sample = (limit: number) => sampleEnterable(world.pool, entry, { now, limit, of });
  const [one, other] = [new Set(await sample(100)), new Set(await sample(100))];
  expect([one.size, other.size]).toEqual([100, 100]);
  // Two draws have two of them in common, give or take.
  expect([...one].filter((id) => other.has(id)).length).toBeLessThan(30);
  const [inside] = await world.rows(
    `select count(*) as n from profiles where stage = 'active' and profile_id = any($1::uuid[])`,
    [[...one]],
  );
  expect(inside).toEqual({ n: 100 });
  expect(new Set(await sample(10_000)).size).toBe(6_000);
});
