import { minutes, seconds } from '../../catalog/duration';
import type { JourneyDefinition } from '../../ingest/deps';
import { type LaunchDeps, readmit, type Readmission, requestLaunch, workLaunches } from '../../ingest';
import { clockNow } from '../../store/clock';
import { loadCodes } from '../../store/codes';
import { beginHold, liftHold } from '../../store/holds';
import { reactivation } from './journeys';
import { World } from './world';

const policy = { version: 1, purpose: 'moment', reentry: { after: minutes(30) } } as const;
const visits: JourneyDefinition = {
  id: 'visits',
  policy: {
    ...policy,
    enter: { on: 'Visit Checked In', key: 'visitId' },
    exit: { on: 'Treatment Recorded', match: 'visitId' },
  },
};
const fresh: JourneyDefinition = {
  id: 'fresh',
  policy: { ...policy, enter: { on: 'Visit Checked In', key: 'visitId', maxAge: minutes(15) } },
};
const campaign: JourneyDefinition = {
  id: 'campaign',
  policy: {
    ...policy,
    reentry: { after: seconds(0) },
    enter: { audience: 'searched-without-redeeming' },
    codes: 'provider-offer',
  },
};

const start = '2027-02-02T15:00:00.000Z';
let world: World;
let deps: LaunchDeps;
beforeEach(async () => {
  world = await World.create([visits, fresh, campaign, reactivation]);
  deps = { ...world.deps, audiences: { 'searched-without-redeeming': { stage: ['active'] } } };
});
afterEach(() => world.end());

const hold = (journey: string, cause: 'blast_guard' | 'operator' = 'blast_guard') =>
  beginHold(world.pool, { journey, kind: 'paused', cause, actor: 'jornada', note: null });
const resume = (journey: string) => liftHold(world.pool, { journey, actor: 'Ana', note: null });
const again = async (
  journey: string,
  {
    because = 'guard',
    since = start,
    ...more
  }: Partial<Omit<Readmission, 'since'>> & { since?: string } = {},
) => {
  const window = { since: new Date(since), before: await clockNow(world.pool) };
  return readmit(world.pool, deps, { journey, because, actor: 'Ana', ...window, ...more });
};
const checksIn = (userId: string, visitId: string) =>
  ({ type: 'track', name: 'Visit Checked In', userId, properties: { visitId, providerId: 'P7' } }) as const;
const runs = (journey: string) =>
  world.rows(
    `select i.value as who, e.key, e.status, e.entered_at::text as entered, e.trigger_at::text as "triggerAt"
     from enrollments e join identifiers i using (profile_id) where journey = $1 order by who, key`,
    [journey],
  );

it('enters those who were refused while the guard held the journey, once, as of now', async () => {
  await hold('visits');
  await world.send(checksIn('ana', 'V1'), checksIn('ana', 'V2'), checksIn('bo', 'V1'));
  await expect(again('visits')).rejects.toMatchObject({ code: 'journey_paused' });
  await world.at('2027-02-02T16:00:00.000Z');
  await resume('visits');
  expect(await again('visits')).toEqual({ entered: 3, refused: {}, lapsed: 0, more: false });
  const entered = { status: 'open', entered: '2027-02-02 16:00:00+00', triggerAt: '2027-02-02 15:00:00+00' };
  expect(await runs('visits')).toEqual([
    { who: 'ana', key: 'V1', ...entered },
    { who: 'ana', key: 'V2', ...entered },
    { who: 'bo', key: 'V1', ...entered },
  ]);
  const [told] = await world.rows(
    `select count(*)::int as n from outbox where payload ->> 'journey' = 'visits'`,
  );
  expect(told).toEqual({ n: 3 });
  expect(await again('visits')).toEqual({ entered: 0, refused: {}, lapsed: 0, more: false });
});

it('judges by the rules of entry anew: what is too old by now, has entered since, or is over', async () => {
  for (const journey of ['visits', 'fresh']) await hold(journey);
  await world.send(checksIn('ana', 'V1'), checksIn('bo', 'V1'), checksIn('cy', 'V1'));
  await world.at('2027-02-02T15:15:00.001Z');
  for (const journey of ['visits', 'fresh']) await resume(journey);
  await world.send(checksIn('bo', 'V1'));
  await world.send({
    type: 'track',
    name: 'Treatment Recorded',
    userId: 'cy',
    properties: { visitId: 'V1' },
  });
  expect(await again('fresh')).toEqual({ entered: 0, refused: { too_old: 3 }, lapsed: 0, more: false });
  expect(await again('visits')).toEqual({ entered: 2, refused: { already_open: 1 }, lapsed: 0, more: false });
  expect((await runs('visits')).map(({ who, status }) => `${String(who)} ${String(status)}`)).toEqual([
    'ana open',
    'bo open',
    'cy exited',
  ]);
});

it('leaves out what an operator held, and what was refused before', async () => {
  await hold('visits');
  await world.send(checksIn('ana', 'V1'));
  await world.at('2027-02-02T15:10:00.000Z');
  await resume('visits');
  await hold('visits', 'operator');
  await world.send(checksIn('bo', 'V1'));
  await resume('visits');
  expect(await again('visits', { since: '2027-02-02T15:05:00Z' })).toMatchObject({ entered: 0 });
  expect(await again('visits')).toMatchObject({ entered: 1 });
  expect((await runs('visits')).map(({ who }) => who)).toEqual(['ana']);
});

it('is done once however many do it at once, more than one step of it too', async () => {
  await hold('visits');
  for (let batch = 0; batch < 3; batch++) {
    await world.send(...Array.from({ length: 250 }, (_, n) => checksIn(`u${250 * batch + n}`, 'V1')));
  }
  await world.at('2027-02-02T15:10:00.000Z');
  await resume('visits');
  const both = await Promise.all([again('visits'), again('visits')]);
  expect(both.reduce((sum, { entered }) => sum + entered, 0)).toBe(750);
  expect(both.map(({ refused }) => refused)).toEqual([{}, {}]);
  expect(await runs('visits')).toHaveLength(750);
});

it('stops after as many as it was to judge, and says that there are more', async () => {
  await hold('visits');
  for (let batch = 0; batch < 3; batch++) {
    await world.send(...Array.from({ length: 250 }, (_, n) => checksIn(`u${250 * batch + n}`, 'V1')));
  }
  await world.at('2027-02-02T15:10:00.000Z');
  await resume('visits');
  expect(await again('visits', { most: 400 })).toMatchObject({ entered: 500, more: true });
  expect(await again('visits', { most: 400 })).toMatchObject({ entered: 250, more: false });
});

it('enters by a stage only those who are in it still', async () => {
  await world.at('2027-01-01T15:00:00.000Z');
  await world.send(
    ...['ana', 'bo'].map((userId) => ({ type: 'track', name: 'App Opened', userId }) as const),
  );
  await world.pool.query(
    `update profiles set registered_at = '2026-01-01', stage = 'active', stage_since = '2026-04-01',
       stage_due_at = '2027-03-02T15:00:00Z'`,
  );
  await hold('reactivation');
  await world.at('2027-03-02T15:00:00.000Z');
  await world.sweep();
  await resume('reactivation');
  await world.at('2027-03-03T15:00:00.000Z');
  await world.send({ type: 'track', name: 'App Opened', userId: 'bo' });
  expect(await again('reactivation')).toEqual({ entered: 1, refused: {}, lapsed: 1, more: false });
  expect((await runs('reactivation')).map(({ who }) => who)).toEqual(['ana']);
});

it('enters those of a launch who found no code, as far as there are some by now', async () => {
  await world.send(
    ...['ana', 'bo', 'cy'].map((userId) => ({ type: 'track', name: 'App Opened', userId }) as const),
  );
  await world.pool.query(`update profiles set stage = 'active'`);
  await requestLaunch(world.pool, deps, { journey: 'campaign', actor: 'Ana', note: null });
  while (await workLaunches(world.pool, deps));
  expect(await runs('campaign')).toEqual([]);
  await world.at('2027-02-02T15:10:00.000Z');
  await loadCodes(world.pool, 'provider-offer', ['CODE-1', 'CODE-2']);
  expect(await again('campaign', { because: 'no_code' })).toEqual({
    entered: 2,
    refused: { no_code: 1 },
    lapsed: 0,
    more: false,
  });

  await world.at('2027-02-02T15:20:00.000Z');
  await loadCodes(world.pool, 'provider-offer', ['CODE-3']);
  expect(await again('campaign', { because: 'no_code' })).toEqual({
    entered: 1,
    refused: {},
    lapsed: 0,
    more: false,
  });
  expect(await runs('campaign')).toHaveLength(3);
});
