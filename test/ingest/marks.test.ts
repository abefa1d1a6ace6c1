import { days } from '../../catalog/duration';
import type { JourneyPolicy } from '../../catalog/policy';
import { ensurePartition } from '../../store/partitions';
import { takeLock } from '../../store/locks';
import { fresh, freshPhone, identify, track } from './drafts';
import { flashReward } from './journeys';
import { World } from './world';

const marketing = { version: 1, purpose: 'marketing', reentry: 'always' } as const;
const policies: { readonly [id: string]: JourneyPolicy } = {
  alpha: { ...marketing, enter: { on: 'App Opened' }, lock: { priority: 2, for: days(7) } },
  beta: {
    ...marketing,
    enter: { on: 'Provider Searched' },
    lock: { priority: 1, for: days(3) },
    listens: ['Offer Redeemed'],
  },
};

let world: World;
beforeAll(async () => {
  world = await World.create([
    flashReward,
    ...Object.entries(policies).map(([id, policy]) => ({ id, policy })),
  ]);
});
beforeEach(() => world.at('2027-02-02T15:00:00Z'));
afterAll(() => world.end());

/** Two customers who turn out to be one: the second is the younger. */
async function twoCustomers() {
  const [user, phone] = [fresh('u'), freshPhone()];
  await world.send(identify(user));
  await world.send({ type: 'identify', anonymousId: fresh('a'), traits: { phone } });
  const idOf = async (reference: string) => (await world.profileId(reference)) ?? '';
  const older = await idOf(`user_id:${user}`);
  const younger = await idOf(`phone:${phone}`);
  const merge = () => world.send(identify(user, { phone }));
  return { user, phone, older, younger, merge };
}

const runOf = async (profileId: string, journey: string): Promise<string> => {
  const [row] = await world.rows(
    'select enrollment_id as id from enrollments where profile_id = $1 and journey = $2',
    [profileId, journey],
  );
  return String(row?.['id']);
};

describe('of two customers who are one', () => {
  test('the lock that was taken first stays, and the run of the other ends', async () => {
    const { user, phone, older, younger, merge } = await twoCustomers();
    await world.send(track('App Opened', {}, { userId: user }));
    await world.send({
      ...track('Provider Searched', {}, {}),
      context: { traits: { phone } },
      anonymousId: fresh('a'),
    });
    const lock = { priority: 1, until: new Date('2027-02-09T15:00:00Z') };
    const mine = { profileId: older, journey: 'alpha', enrollmentId: await runOf(older, 'alpha') };
    const theirs = { profileId: younger, journey: 'beta', enrollmentId: await runOf(younger, 'beta') };
    await takeLock(world.pool, { ...lock, ...mine, from: new Date('2027-02-02T15:00:00Z') });
    await takeLock(world.pool, { ...lock, ...theirs, from: new Date('2027-02-02T14:00:00Z') });
    await world.sendAt('2027-02-03T15:00:00Z', identify(fresh('x')));
    await merge();
    expect(
      await world.rows(
        `select journey, overruled_at is not null as overruled from locks where profile_id = $1 order by journey`,
        [older],
      ),
    ).toEqual([
      { journey: 'alpha', overruled: true },
      { journey: 'beta', overruled: false },
    ]);
    expect(await world.runs(`user_id:${user}`, 'alpha')).toEqual(['merged merged']);
    expect(await world.runs(`user_id:${user}`, 'beta')).toEqual(['open']);
  });

  test('the earlier arm stands, and arms that differed are contaminated', async () => {
    const { older, younger, merge } = await twoCustomers();
    const assign = (profileId: string, experiment: string, arm: string, at: string) =>
      world.pool.query(
        `insert into experiment_assignments (profile_id, experiment, arm, bucket, enrollment_id, assigned_at)
         values ($1, $2, $3, 1, gen_random_uuid(), $4)`,
        [profileId, experiment, arm, at],
      );
    await assign(older, 'differs', 'control', '2027-01-02T00:00:00Z');
    await assign(younger, 'differs', 'treatment', '2027-01-01T00:00:00Z');
    await assign(older, 'agrees', 'control', '2027-01-01T00:00:00Z');
    await assign(younger, 'agrees', 'control', '2027-01-02T00:00:00Z');
    await assign(younger, 'theirs', 'treatment', '2027-01-02T00:00:00Z');
    await merge();
    expect(
      await world.rows(
        `select experiment, arm, assigned_at as at, contaminated from experiment_assignments
         where profile_id = any($1::uuid[]) order by experiment`,
        [[older, younger]],
      ),
    ).toEqual([
      { experiment: 'agrees', arm: 'control', at: new Date('2027-01-01T00:00:00Z'), contaminated: false },
      { experiment: 'differs', arm: 'treatment', at: new Date('2027-01-01T00:00:00Z'), contaminated: true },
      { experiment: 'theirs', arm: 'treatment', at: new Date('2027-01-02T00:00:00Z'), contaminated: false },
    ]);
  });
});

test('two locks of one customer cannot overlap, and may follow each other', async () => {
  const { user, older } = await twoCustomers();
  await world.send(track('App Opened', {}, { userId: user }));
  const lock = { profileId: older, journey: 'alpha', enrollmentId: await runOf(older, 'alpha'), priority: 1 };
  const [noon, one, two] = ['12', '13', '14'].map((hour) => new Date(`2027-02-02T${hour}:00:00Z`)) as [
    Date,
    Date,
    Date,
  ];
  await takeLock(world.pool, { ...lock, from: noon, until: one });
  await takeLock(world.pool, { ...lock, from: one, until: two });
  await expect(
    takeLock(world.pool, { ...lock, from: new Date(one.getTime() - 1), until: two }),
  ).rejects.toThrow('locks_never_overlap');
});

test('a run with a lock is due when it enters, and when it hears what it listens to; others never', async () => {
  const user = fresh('u');
  await world.send(
    track('Provider Searched', {}, { userId: user }),
    track('Visit Checked In', { visitId: 'V1', providerId: 'P1' }, { userId: user }),
  );
  const dues = async () => {
    const profileId = await world.profileId(`user_id:${user}`);
    return world.rows(
      'select journey, due_at as at from enrollments where profile_id = $1 order by journey',
      [profileId],
    );
  };
  expect(await dues()).toEqual([
    { journey: 'beta', at: new Date('2027-02-02T15:00:00Z') },
    { journey: 'flash-reward', at: null },
  ]);
  await world.sendAt('2027-02-02T15:10:00Z', track('Offer Redeemed', { offerId: 'O1' }, { userId: user }));
  expect((await dues())[0]).toEqual({ journey: 'beta', at: new Date('2027-02-02T15:10:00Z') });
});

test('what a run held back when it ended is refused there, as ended', async () => {
  const user = fresh('u');
  await world.send(track('Visit Checked In', { visitId: 'V1', providerId: 'P1' }, { userId: user }));
  const profileId = (await world.profileId(`user_id:${user}`)) ?? '';
  const enrollmentId = await runOf(profileId, 'flash-reward');
  await ensurePartition(world.pool, 'decisions', new Date('2027-02-02T15:00:00Z'));
  await world.pool.query(
    `with held as (update enrollments set held_until = '2027-02-03T13:00:00Z' where enrollment_id = $2)
     insert into decisions (profile_id, enrollment_id, step, occurrence, message, verdict, reason, until, checks, at)
     values ($1, $2, 'flash-reward', 1, 'flash-reward', 'deferred', 'quiet_hours', '2027-02-03T13:00:00Z', '[]',
       '2027-02-02T15:00:00Z')`,
    [profileId, enrollmentId],
  );
  await world.sendAt(
    '2027-02-02T15:30:00Z',
    track('Treatment Recorded', { visitId: 'V1' }, { userId: user }),
  );
  const [, refused] = await world.rows(
    'select step, verdict, reason, checks, at from decisions where enrollment_id = $1 order by seq',
    [enrollmentId],
  );
  expect(refused).toEqual({
    step: 'flash-reward',
    verdict: 'suppressed',
    reason: 'ended',
    checks: [{ check: 'ended', result: 'refused', saw: { status: 'exited', reason: 'exit_event' } }],
    at: new Date('2027-02-02T15:30:00Z'),
  });
});
