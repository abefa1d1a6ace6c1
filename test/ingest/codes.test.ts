import { finish } from '../../activities/finish';
import { grantOffer } from '../../activities/grant-offer';
import { warnOfCodes } from '../../activities/operations/warn-of-codes';
import { seconds } from '../../catalog/duration';
import { workspace } from '../../catalog/workspace';
import type { JourneyDefinition } from '../../ingest/deps';
import { bucketOf } from '../../rules/experiments/bucket';
import { type LaunchDeps, requestLaunch, workLaunches } from '../../ingest';
import { codePools, loadCodes } from '../../store/codes';
import { World } from './world';

const offer = 'provider-offer';
const at = '2027-02-02T15:00:00.000Z';
const searched: JourneyDefinition = {
  id: 'searched',
  policy: {
    version: 1,
    purpose: 'marketing',
    enter: { on: 'Provider Searched' },
    reentry: { after: seconds(0) },
    exit: { on: 'Offer Redeemed' },
    codes: offer,
  },
};
const campaign: JourneyDefinition = {
  id: 'campaign',
  policy: {
    ...searched.policy,
    enter: { audience: 'searched-without-redeeming' },
    holdout: { percent: 30 },
  },
};

let world: World;
let deps: LaunchDeps & Parameters<typeof grantOffer>[0];
beforeEach(async () => {
  world = await World.create([searched, campaign]);
  const audiences = { 'searched-without-redeeming': { stage: ['active' as const] } };
  deps = { ...world.deps, audiences, workspace, pool: world.pool };
});
afterEach(() => world.end());

const load = (count: number, from = 0) =>
  loadCodes(
    world.pool,
    offer,
    Array.from({ length: count }, (_, n) => `CODE-${from + n}`),
  );
const searches = (userId: string) => ({ type: 'track', name: 'Provider Searched', userId }) as const;
const pool = async () => (await codePools(world.pool))[0];
const taken = () =>
  world.rows(
    `select i.value as who, c.code from codes c join enrollments e using (enrollment_id)
     join identifiers i using (profile_id) order by c.code_id`,
  );
const runOf = async (userId: string) =>
  String(
    (
      await world.rows(
        `select enrollment_id as id from enrollments e join identifiers i using (profile_id)
         where i.value = $1 order by status = 'open' desc, entered_at desc limit 1`,
        [userId],
      )
    )[0]?.id,
  );
const granted = async (userId: string) =>
  grantOffer(deps, {
    enrollmentId: await runOf(userId),
    step: offer,
    occurrence: 1,
    offer,
    expiresAt: Date.parse('2027-03-04T15:00:00Z'),
  });
const ends = async (userId: string) =>
  finish(deps, { enrollmentId: await runOf(userId), status: 'completed', at: Date.parse(at) });
/** The message that carries the run's code stands so in the ledger. */
const send = async (userId: string, status: string, more: { sid?: string; error?: string } = {}) =>
  world.rows(
    `insert into sends (send_id, enrollment_id, profile_id, journey, step, occurrence, message, purpose, channel,
       address, locale, body, segments, status, provider_sid, error_code, created_at, status_at)
     select gen_random_uuid(), e.enrollment_id, e.profile_id, e.journey, 'm', 1, 'm', 'marketing', 'sms', '', 'en',
       'Show ' || c.code || ' at the desk', 1, $2, $3, $4, clock_now(), clock_now()
     from enrollments e join codes c using (enrollment_id) where e.enrollment_id = $1`,
    [await runOf(userId), status, more.sid ?? null, more.error ?? null],
  );

it('hands codes out in the order of entry, and refuses no_code beyond them', async () => {
  await load(2);
  await world.send(searches('ana'), searches('bo'), searches('cy'), searches('ana'));
  expect(await taken()).toEqual([
    { who: 'ana', code: 'CODE-0' },
    { who: 'bo', code: 'CODE-1' },
  ]);
  const refused = await world.rows(
    `select i.value as who, c.reason from enrollment_changes c join identifiers i using (profile_id)
     where c.status = 'refused' order by c.seq`,
  );
  expect(refused).toEqual([
    { who: 'cy', reason: 'no_code' },
    { who: 'ana', reason: 'already_open' },
  ]);
});

it('raises one alert when they run out, and another only after more were loaded', async () => {
  const alerts: unknown[] = [];
  const log = { error: (what: unknown) => alerts.push(what), info: () => {}, warn: () => {} };
  const look = () => warnOfCodes({ pool: world.pool, log });
  await look();
  await world.send(searches('ana'), searches('bo'));
  await world.send(searches('cy'));
  await Promise.all([look(), look()]);
  await look();
  expect(alerts).toEqual([{ offer, since: new Date(at) }]);
  expect(await pool()).toMatchObject({ exhaustedAt: new Date(at) });

  await load(1);
  expect(await pool()).toMatchObject({ exhaustedAt: null });
  await world.send(searches('ana'), searches('bo'));
  await look();
  expect(alerts).toHaveLength(2);
});

it('loads a code once, whatever offer it is loaded for', async () => {
  expect(await loadCodes(world.pool, offer, ['SAME', 'ONE'])).toBe(2);
  expect(await loadCodes(world.pool, offer, ['SAME', 'TWO'])).toBe(1);
  expect(await loadCodes(world.pool, 'another', ['ONE', 'TWO'])).toBe(0);
});

it('grants the code of the run, and the same when the step is done again', async () => {
  await load(1);
  await world.send(searches('ana'));
  const first = await granted('ana');
  expect(first).toMatchObject({ name: offer, code: 'CODE-0' });
  expect(await granted('ana')).toEqual(first);
});

it('takes a code back from a run that ends without having sent it, in whatever way it ends', async () => {
  await load(2);
  await world.send(searches('ana'), searches('bo'));
  await granted('ana');
  await ends('ana');
  await world.send({ type: 'track', name: 'Offer Redeemed', userId: 'bo', properties: { offerId: 'x' } });
  expect(await pool()).toMatchObject({ left: 2, held: 0, out: 0 });
  await world.send(searches('cy'), searches('di'));
  expect(await taken()).toEqual([
    { who: 'cy', code: 'CODE-0' },
    { who: 'di', code: 'CODE-1' },
  ]);
});

it.each([
  ['delivered', { sid: 'SM1' }, 0],
  ['undelivered', { sid: 'SM1', error: '30003' }, 0],
  ['unknown', {}, 0],
  ['submitting', {}, 0],
  ['failed', { error: 'unresolved' }, 0],
  ['failed', { error: '21211' }, 1],
  ['reserved', {}, 1],
])('is back in the pool after a run whose message was %s %j: %i', async (status, more, left) => {
  await load(1);
  await world.send(searches('ana'));
  await send('ana', status, more);
  await ends('ana');
  expect(await pool()).toMatchObject({ left, out: 1 - left });
});

it('keeps a code with its run when two customers turn out to be one', async () => {
  await load(2);
  await world.send(searches('ana'));
  await world.at('2027-02-02T15:00:01.000Z');
  await world.send({ type: 'track', name: 'Provider Searched', anonymousId: 'a1' });
  await world.send({ type: 'identify', userId: 'ana', anonymousId: 'a1' });
  // Of two open runs of the journey the one entered first goes on, and the other's code is free again.
  expect(await pool()).toMatchObject({ left: 1, held: 1 });
  expect(await granted('ana')).toMatchObject({ code: 'CODE-0' });
});

it('hands out no code twice and none too few, however many batches enter at once', async () => {
  await load(90);
  const people = Array.from({ length: 120 }, (_, n) => searches(`u${n}`));
  await Promise.all(Array.from({ length: 12 }, (_, n) => world.send(...people.slice(10 * n, 10 * n + 10))));
  const codes = (await taken()).map(({ code }) => code);
  expect([codes.length, new Set(codes).size]).toEqual([90, 90]);
  const [refused] = await world.rows(
    `select count(*)::int as n from enrollment_changes where reason = 'no_code'`,
  );
  expect(refused).toEqual({ n: 30 });
});

it('a launch of a thousand with 990 codes enters 990, though codes come back meanwhile from those held out', async () => {
  await load(990);
  await world.rows(
    `insert into profiles (profile_id, created_at, stage)
     select gen_random_uuid(), '2027-01-01', 'active' from generate_series(1, 1000)`,
  );
  await requestLaunch(world.pool, deps, { journey: 'campaign', actor: 'Ana', note: null });
  await workLaunches(world.pool, deps);
  await world.at('2027-02-02T15:00:01.000Z');
  const [back] = await world.rows(
    `with ended as (
       update enrollments set status = 'completed', ended_at = clock_now()
       where enrollment_id in (select enrollment_id from enrollments order by enrollment_id limit 100) returning 1
     ) select count(*)::int as n from ended`,
  );
  expect(back).toEqual({ n: 100 });
  while (await workLaunches(world.pool, deps));
  const entered = await world.rows(
    `select status, count(*)::int as n from enrollments group by 1 order by 1`,
  );
  expect(entered).toEqual([
    { status: 'completed', n: 100 },
    { status: 'open', n: 890 },
  ]);
  expect(await pool()).toMatchObject({ loaded: 990, left: 100, held: 890, out: 0 });
});

it('does not show those held out of the journey what it grants them', async () => {
  await load(200);
  await world.rows(
    `insert into profiles (profile_id, created_at, stage)
     select gen_random_uuid(), '2027-01-01', 'active' from generate_series(1, 100)`,
  );
  await requestLaunch(world.pool, deps, { journey: 'campaign', actor: 'Ana', note: null });
  while (await workLaunches(world.pool, deps));
  const runs = await world.rows(`select enrollment_id as id, profile_id as customer from enrollments`);
  for (const { id } of runs) {
    await grantOffer(deps, {
      enrollmentId: String(id),
      step: 'gift',
      occurrence: 1,
      offer: 'reactivation-gift',
      expiresAt: Date.parse('2027-03-04T15:00:00Z'),
    });
  }
  const withheld = await world.rows(`select profile_id as customer from offers where withheld order by 1`);
  const control = runs
    .map(({ customer }) => String(customer))
    .filter((customer) => bucketOf('campaign', customer) < 3_000)
    .sort();
  expect(control).not.toHaveLength(0);
  expect(withheld.map(({ customer }) => customer)).toEqual(control);
});
