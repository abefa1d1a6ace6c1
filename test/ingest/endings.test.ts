import { hours } from '../../catalog/duration';
import { checkIn, fresh, identify, track } from './drafts';
import { flashReward, shipped } from './journeys';
import { World } from './world';

let world: World;
beforeAll(async () => {
  world = await World.create();
});
beforeEach(() => world.at('2027-02-02T15:00:00Z'));
afterAll(() => world.end());

const treated = (visitId: unknown, userId: string) => track('Treatment Recorded', { visitId }, { userId });
const redeemed = (userId: string, offerId = 'O1') => track('Offer Redeemed', { offerId }, { userId });
const goals = (user: string) =>
  world.rows(`select outcome, value ->> 'event' as event, at from outcomes where profile_id = $1`, [user]);

describe('an exit', () => {
  test('ends the run it matches, at once and as text, and no other', async () => {
    const user = fresh('u');
    await world.send(checkIn(1, { userId: user }), checkIn(2, { userId: user }));
    await world.sendAt('2027-02-02T15:50:00Z', treated('1', user));
    expect(await world.runs(`user_id:${user}`, 'flash-reward').then((runs) => runs.sort())).toEqual([
      'exited exit_event',
      'open',
    ]);
    const [ended] = await world.rows(
      `select ended_at as at from enrollments where status = 'exited' and profile_id = $1`,
      [await world.profileId(`user_id:${user}`)],
    );
    expect(ended).toEqual({ at: new Date('2027-02-02T15:50:00Z') });
    const told = await world.outboxOf(`user_id:${user}`);
    expect(told.at(-1)).toMatchObject({
      kind: 'end',
      payload: { kind: 'end', end: { status: 'exited', reason: 'exit_event' } },
    });
  });

  test('counts whichever arrived first: a trigger that comes behind it enters and is over', async () => {
    const [user, visit] = [fresh('u'), fresh('V')];
    await world.sendAt('2027-02-02T15:05:00Z', treated(visit, user));
    const late = { ...checkIn(visit, { userId: user }), originalTimestamp: new Date('2027-02-02T15:00:00Z') };
    await world.sendAt('2027-02-02T15:06:00Z', late);
    expect(await world.runChanges(`user_id:${user}`, 'flash-reward')).toEqual([
      'entered',
      'exited exit_event',
    ]);
    expect(await world.outboxOf(`user_id:${user}`)).toEqual([]);
  });

  test('the same when both come in one batch, the exit in front', async () => {
    const [user, visit] = [fresh('u'), fresh('V')];
    await world.send(treated(visit, user), checkIn(visit, { userId: user }));
    expect(await world.runs(`user_id:${user}`, 'flash-reward')).toEqual(['exited exit_event']);
  });

  test('that happened before the trigger belongs to an earlier visit', async () => {
    const [user, visit] = [fresh('u'), fresh('V')];
    await world.sendAt('2027-02-02T15:00:00Z', checkIn(visit, { userId: user }));
    const old = { ...treated(visit, user), originalTimestamp: new Date('2027-02-02T14:59:59.999Z') };
    await world.sendAt('2027-02-02T15:01:00Z', old);
    expect(await world.runs(`user_id:${user}`, 'flash-reward')).toEqual(['open']);
  });

  test('another customer’s is none', async () => {
    const [user, visit] = [fresh('u'), fresh('V')];
    await world.send(checkIn(visit, { userId: user }), treated(visit, fresh('u')));
    expect(await world.runs(`user_id:${user}`, 'flash-reward')).toEqual(['open']);
  });

  test('two appointments, one canceled: the other goes on', async () => {
    const user = fresh('u');
    const booked = (appointmentId: string) =>
      track('Appointment Booked', { appointmentId, startsAt: '2027-03-02T15:00:00Z' }, { userId: user });
    await world.sendAt('2027-02-25T16:00:00Z', booked('A1'), booked('A2'));
    await world.sendAt(
      '2027-02-26T16:00:00Z',
      track('Appointment Canceled', { appointmentId: 'A1' }, { userId: user }),
    );
    const runs = await world.rows(`select key, status from enrollments where profile_id = $1 order by key`, [
      await world.profileId(`user_id:${user}`),
    ]);
    expect(runs).toEqual([
      { key: 'A1', status: 'exited' },
      { key: 'A2', status: 'open' },
    ]);
  });

  test('an event that ends the run is not told to it as one it waits for', async () => {
    const journey = {
      ...flashReward,
      policy: { ...flashReward.policy, listens: ['Treatment Recorded'] as const },
    };
    const [user, visit] = [fresh('u'), fresh('V')];
    const other = world.changed({ journeys: [journey] });
    await other.send(checkIn(visit, { userId: user }));
    await other.send(treated(visit, user));
    expect((await world.outboxOf(`user_id:${user}`)).map(({ kind }) => kind)).toEqual(['start', 'end']);
  });
});

describe('a goal', () => {
  test('ends an open run converted, and is counted once', async () => {
    const user = fresh('u');
    await world.sendAt('2027-02-02T15:00:00Z', checkIn(fresh('V'), { userId: user }));
    await world.sendAt('2027-02-02T15:20:00Z', redeemed(user), redeemed(user));
    expect(await world.runChanges(`user_id:${user}`, 'flash-reward')).toEqual(['entered', 'converted goal']);
    expect(await goals(String(await world.profileId(`user_id:${user}`)))).toEqual([
      { outcome: 'goal', event: 'Offer Redeemed', at: new Date('2027-02-02T15:20:00Z') },
    ]);
  });

  test.each([
    ['in the window', '2027-02-02T16:50:00Z', 1],
    ['exactly at its end', '2027-02-02T17:00:00Z', 1],
    ['a second later', '2027-02-02T17:00:01Z', 0],
  ])('%s is counted for a run that is over', async (_, instant, count) => {
    const user = fresh('u');
    await world.sendAt('2027-02-02T15:00:00Z', checkIn(fresh('V'), { userId: user }));
    await world.finish(`user_id:${user}`, '2027-02-02T16:30:00Z');
    await world.sendAt(instant, redeemed(user));
    expect(await goals(String(await world.profileId(`user_id:${user}`)))).toHaveLength(count);
    expect(await world.runs(`user_id:${user}`, 'flash-reward')).toEqual(['completed']);
  });

  test('goes by when it happened, however late it arrives', async () => {
    const user = fresh('u');
    await world.sendAt('2027-02-02T15:00:00Z', checkIn(fresh('V'), { userId: user }));
    await world.finish(`user_id:${user}`, '2027-02-02T16:30:00Z');
    const late = { ...redeemed(user), originalTimestamp: new Date('2027-02-02T16:59:00Z') };
    await world.sendAt('2027-02-04T12:00:00Z', late);
    expect(await goals(String(await world.profileId(`user_id:${user}`)))).toHaveLength(1);
  });

  test('that arrived before the trigger counts too: the run enters converted', async () => {
    const user = fresh('u');
    await world.sendAt('2027-02-02T15:05:00Z', redeemed(user));
    const late = {
      ...checkIn(fresh('V'), { userId: user }),
      originalTimestamp: new Date('2027-02-02T15:00:00Z'),
    };
    await world.sendAt('2027-02-02T15:06:00Z', late);
    expect(await world.runChanges(`user_id:${user}`, 'flash-reward')).toEqual(['entered', 'converted goal']);
  });

  test('that is the exit as well: the exit ends the run, the goal is counted', async () => {
    const goal = { on: 'Treatment Recorded', match: 'visitId', within: hours(2) } as const;
    const [user, visit] = [fresh('u'), fresh('V')];
    const other = world.changed({ journeys: [{ ...flashReward, policy: { ...flashReward.policy, goal } }] });
    await other.send(checkIn(visit, { userId: user }));
    await other.send(treated(visit, user));
    expect(await world.runs(`user_id:${user}`, 'flash-reward')).toEqual(['exited exit_event']);
    expect(await goals(String(await world.profileId(`user_id:${user}`)))).toHaveLength(1);
  });

  test.each([
    ['in front of', [redeemed, treated]],
    ['behind', [treated, redeemed]],
  ])(
    'that comes in the same instant %s the exit: the exit ends the run, the goal is counted',
    async (_, order) => {
      const [user, visit] = [fresh('u'), fresh('V')];
      await world.send(checkIn(visit, { userId: user }));
      await world.send(...order.map((event) => (event === treated ? treated(visit, user) : redeemed(user))));
      expect(await world.runChanges(`user_id:${user}`, 'flash-reward')).toEqual([
        'entered',
        'exited exit_event',
      ]);
      expect((await world.outboxOf(`user_id:${user}`)).filter(({ kind }) => kind === 'end')).toMatchObject([
        { payload: { kind: 'end', end: { status: 'exited', reason: 'exit_event' } } },
      ]);
      expect(await goals(String(await world.profileId(`user_id:${user}`)))).toHaveLength(1);
    },
  );

  test('that came an instant before the exit ends the run', async () => {
    const [user, visit] = [fresh('u'), fresh('V')];
    await world.send(checkIn(visit, { userId: user }));
    await world.sendAt('2027-02-02T15:10:00Z', redeemed(user));
    await world.sendAt('2027-02-02T15:10:00.001Z', treated(visit, user));
    expect(await world.runChanges(`user_id:${user}`, 'flash-reward')).toEqual(['entered', 'converted goal']);
  });

  test('a run that was merged away is not counted beside the one that goes on', async () => {
    const [user, visitor, visit] = [fresh('u'), fresh('a'), fresh('V')];
    await world.send(checkIn(visit, { anonymousId: visitor }));
    await world.send(identify(user), checkIn(visit, { userId: user }));
    await world.send(identify(user, {}, { anonymousId: visitor }));
    await world.send(redeemed(user));
    expect(await goals(String(await world.profileId(`user_id:${user}`)))).toHaveLength(1);
  });
});

test('a redemption marks the offer of its customer, once, and nobody else’s', async () => {
  const [user, other] = [fresh('u'), fresh('u')];
  await world.send(checkIn(fresh('V'), { userId: user }), identify(other));
  const profileId = await world.profileId(`user_id:${user}`);
  const [offer] = await world.rows(
    `insert into offers (offer_id, profile_id, enrollment_id, step, occurrence, name, granted_at, expires_at)
     select gen_random_uuid(), profile_id, enrollment_id, 's', 1, 'flash-reward', now(), now()
     from enrollments where profile_id = $1 returning offer_id as id`,
    [profileId],
  );
  const when = async () =>
    (await world.rows('select redeemed_at as at from offers where offer_id = $1', [offer?.id]))[0]?.at;
  await world.send(redeemed(other, String(offer?.id)), redeemed(user, 'no-such-offer'));
  expect(await when()).toBeNull();
  await world.sendAt('2027-02-02T15:30:00Z', redeemed(user, String(offer?.id).toUpperCase()));
  await world.sendAt('2027-02-02T15:40:00Z', redeemed(user, String(offer?.id)));
  expect(await when()).toEqual(new Date('2027-02-02T15:30:00Z'));
});

test('a run of a version that is gone ends by the newest policy of its journey', async () => {
  const [user, visit] = [fresh('u'), fresh('V')];
  await world.send(checkIn(visit, { userId: user }));
  const next = shipped.map((journey) => ({ ...journey, policy: { ...journey.policy, version: 7 } }));
  await world.changed({ journeys: next }).send(treated(visit, user));
  expect(await world.runs(`user_id:${user}`, 'flash-reward')).toEqual(['exited exit_event']);
});
