import { nextStageDue } from '../../ingest';
import { fresh, identify, track } from './drafts';
import { reactivation, shipped } from './journeys';
import { World } from './world';

let world: World;
beforeEach(async () => {
  world = await World.create();
});
afterEach(() => world.end());

const opened = (userId: string) => track('App Opened', {}, { userId });
const registered = (userId: string) => track('Account Registered', {}, { userId });

/** `from > to @ instant`, in order. */
const stages = async (user: string) => {
  const rows = await world.rows(
    `select from_stage || ' > ' || to_stage as move, at from stage_changes where profile_id = $1 order by at, seq`,
    [await world.profileId(`user_id:${user}`)],
  );
  return rows.map(({ move, at }) => `${String(move)} @ ${(at as Date).toISOString()}`);
};

/** Moves the clock from one due stage to the next, as the sandbox does, and sweeps each at its instant. */
const travel = async (to: string) => {
  for (;;) {
    const due = await nextStageDue(world.pool);
    if (due === null || due > new Date(to)) break;
    await world.at(due.toISOString());
    await world.sweep();
  }
  await world.at(to);
};

test('registration begins the stage new, which is an event that journeys can enter on', async () => {
  const user = fresh('u');
  await world.sendAt('2027-01-01T12:00:00Z', registered(user));
  expect(await stages(user)).toEqual(['registered > new @ 2027-01-01T12:00:00.000Z']);
  const events = await world.rows(
    `select name, type, source, properties, "timestamp", received_at as "receivedAt" from events
     where source = 'jornada'`,
  );
  const at = new Date('2027-01-01T12:00:00Z');
  const properties = { from: 'registered', to: 'new' };
  expect(events).toEqual([
    {
      name: 'Lifecycle Stage Changed',
      type: 'track',
      source: 'jornada',
      properties,
      timestamp: at,
      receivedAt: at,
    },
  ]);
  expect(await world.runs(`user_id:${user}`, 'onboarding')).toEqual(['open']);
});

test('new ends at the local midnight that begins day 90, and ends what belongs to it', async () => {
  const user = fresh('u');
  await world.at('2027-10-27T01:40:00Z');
  await world.send(identify(user, { timezone: 'America/Los_Angeles' }), registered(user));
  await world.sendAt('2027-12-24T12:00:00Z', opened(user));
  await world.at('2028-01-24T07:59:59.999Z');
  expect(await world.sweep()).toBe(0);
  await world.at('2028-01-24T08:00:00Z');
  expect(await world.sweep()).toBe(1);
  expect((await stages(user)).at(-1)).toBe('new > active @ 2028-01-24T08:00:00.000Z');
  expect(await world.runs(`user_id:${user}`, 'onboarding')).toEqual(['exited stage_ended']);
  expect((await world.outbox('onboarding')).at(-1)).toMatchObject({
    kind: 'end',
    payload: { end: { status: 'exited', reason: 'stage_ended' } },
  });
});

test('it ends at the midnight of the zone the customer is in by then', async () => {
  const user = fresh('u');
  await world.at('2027-10-27T01:40:00Z');
  await world.send(identify(user, { timezone: 'America/Los_Angeles' }), registered(user));
  await world.sendAt('2027-11-07T18:00:00Z', identify(user, { timezone: 'America/New_York' }));
  expect(await nextStageDue(world.pool)).toEqual(new Date('2028-01-24T05:00:00Z'));
});

test('gone quiet and back: inactive at the instant, reactivated by the next activity', async () => {
  const user = fresh('u');
  await world.sendAt('2026-09-01T12:00:00Z', registered(user));
  await world.sendAt('2026-11-15T12:00:00Z', opened(user));
  await travel('2027-01-04T17:00:00Z');
  await world.send(opened(user));
  await travel('2027-03-08T17:30:00Z');
  expect(await world.runs(`user_id:${user}`, 'reactivation')).toEqual(['open']);
  await world.send(opened(user));

  expect((await stages(user)).slice(-2)).toEqual([
    'active > inactive @ 2027-03-05T17:00:00.000Z',
    'inactive > reactivated @ 2027-03-08T17:30:00.000Z',
  ]);
  expect(await world.runs(`user_id:${user}`, 'reactivation')).toEqual(['exited exit_stage']);
  const [run] = await world.rows(
    `select entered_at as "enteredAt", ended_at as "endedAt" from enrollments where journey = 'reactivation'`,
  );
  expect(run).toEqual({
    enteredAt: new Date('2027-03-05T17:00:00Z'),
    endedAt: new Date('2027-03-08T17:30:00Z'),
  });
  expect(await nextStageDue(world.pool)).toEqual(new Date('2027-05-07T17:30:00Z'));
});

test('ninety days between two reactivations are 7,776,000 seconds', async () => {
  const [x, y] = [fresh('x'), fresh('y')];
  for (const user of [x, y]) await world.sendAt('2026-09-01T12:00:00Z', registered(user));
  await travel('2027-03-08T17:30:00Z');
  await world.send(opened(x), opened(y));
  await world.sendAt('2027-04-07T17:29:59Z', opened(x));
  await world.sendAt('2027-04-07T17:30:00Z', opened(y));
  await travel('2027-06-07T00:00:00Z');
  expect((await stages(x)).at(-1)).toBe('reactivated > inactive @ 2027-06-06T17:29:59.000Z');
  expect((await world.runChanges(`user_id:${x}`, 'reactivation')).at(-1)).toBe('refused too_soon');
  expect((await world.runChanges(`user_id:${y}`, 'reactivation')).slice(-2)).toEqual([
    'exited exit_stage',
    'entered',
  ]);
});

test.each([
  ['a sweep', async () => {}],
  ['an event that comes before it', async (user: string) => void (await world.send(opened(user)))],
])('the last of several activities counts, to the second, for %s', async (_, then) => {
  const user = fresh('u');
  await world.sendAt('2026-09-01T12:00:00Z', registered(user));
  await travel('2027-01-04T17:00:00Z');
  await world.send(opened(user));
  await world.sendAt('2027-01-04T17:00:59Z', opened(user));
  await world.sendAt('2027-01-04T17:05:00Z', opened(user), {
    ...opened(user),
    originalTimestamp: new Date('2027-01-04T17:01:00Z'),
  });
  await travel('2027-03-05T17:04:59.999Z');
  expect((await stages(user)).at(-1)).toBe('inactive > reactivated @ 2027-01-04T17:00:00.000Z');
  await world.at('2027-03-05T17:06:00Z');
  await then(user);
  await world.sweep();
  expect(await stages(user)).toContain('reactivated > inactive @ 2027-03-05T17:05:00.000Z');
});

test('a sweep that comes late moves as of the instant that was due, step by step', async () => {
  const user = fresh('u');
  await world.sendAt('2027-01-01T12:00:00Z', registered(user));
  await world.sendAt('2027-03-01T12:00:00Z', opened(user));
  await world.at('2027-08-01T12:00:00Z');
  await world.sweep();
  expect(await stages(user)).toEqual([
    'registered > new @ 2027-01-01T12:00:00.000Z',
    'new > active @ 2027-04-01T04:00:00.000Z',
    'active > inactive @ 2027-04-30T12:00:00.000Z',
  ]);
  expect(await world.sweep()).toBe(0);
});

test('an event that comes before a late sweep finds the stage as it should be', async () => {
  const user = fresh('u');
  await world.sendAt('2026-09-01T12:00:00Z', registered(user));
  await world.sendAt('2027-08-01T12:00:00Z', opened(user));
  expect((await stages(user)).slice(1)).toEqual([
    'new > inactive @ 2026-11-30T05:00:00.000Z',
    'inactive > reactivated @ 2027-08-01T12:00:00.000Z',
  ]);
  expect(await world.runChanges(`user_id:${user}`, 'reactivation')).toEqual(['entered', 'exited exit_stage']);
});

test('what is due in the very instant of an activity waits for it', async () => {
  const user = fresh('u');
  await world.sendAt('2026-09-01T12:00:00Z', registered(user));
  await world.sendAt('2026-11-15T12:00:00Z', opened(user));
  await travel('2027-01-14T11:59:59Z');
  await world.sendAt('2027-01-14T12:00:00Z', opened(user));
  await world.sweep();
  expect((await stages(user)).at(-1)).toMatch(/^new > active/);
});

test('who registered long ago is past onboarding when we learn of it', async () => {
  const user = fresh('u');
  await world.at('2027-02-02T15:00:00Z');
  await world.send({ ...registered(user), originalTimestamp: new Date('2025-01-01T12:00:00Z') });
  expect(await world.runChanges(`user_id:${user}`, 'onboarding')).toEqual(['entered', 'exited stage_ended']);
  expect(await world.outbox('onboarding')).toEqual([]);
  expect((await world.profile(`user_id:${user}`)).stage).toBe('inactive');
});

test.each([['identify'], ['group'], ['alias']] as const)('%s is no activity', async (type) => {
  const user = fresh('u');
  await world.sendAt('2026-09-01T12:00:00Z', registered(user));
  await travel('2027-02-02T15:00:00Z');
  await world.send({ type, userId: user, groupId: 'g', previousId: 'a' });
  expect((await world.profile(`user_id:${user}`)).stage).toBe('inactive');
  await world.send({ type: 'screen', name: 'Home', userId: user });
  expect((await world.profile(`user_id:${user}`)).stage).toBe('reactivated');
});

test('a second registration begins nothing', async () => {
  const user = fresh('u');
  await world.sendAt('2026-09-01T12:00:00Z', registered(user));
  await travel('2027-02-02T15:00:00Z');
  await world.send(registered(user));
  expect((await stages(user)).at(-1)).toMatch(/^inactive > reactivated/);
});

test('a journey can enter on the move as on any event', async () => {
  const journey = {
    id: 'on-move',
    policy: {
      version: 1,
      purpose: 'marketing',
      enter: { on: 'Lifecycle Stage Changed', key: 'to' },
      reentry: 'never',
    },
  } as const;
  const other = world.changed({ journeys: [...shipped, journey] });
  const user = fresh('u');
  await other.sendAt('2026-09-01T12:00:00Z', registered(user));
  await other.at('2026-12-01T12:00:00Z');
  await other.sweep();
  const keys = await world.rows(`select key from enrollments where journey = 'on-move' order by key`);
  expect(keys).toEqual([{ key: 'inactive' }, { key: 'new' }]);
});

test('those an event is being applied to are left to it, and the others are swept', async () => {
  const [busy, idle] = [fresh('u'), fresh('u')];
  await world.sendAt('2026-09-01T12:00:00Z', registered(busy), registered(idle));
  await world.at('2027-02-02T15:00:00Z');
  const client = await world.pool.connect();
  try {
    await client.query('begin');
    await client.query('select from profiles where profile_id = $1 for update', [
      await world.profileId(`user_id:${busy}`),
    ]);
    expect(await world.sweep()).toBe(1);
    await client.query('rollback');
  } finally {
    client.release();
  }
  expect((await world.profile(`user_id:${idle}`)).stage).toBe('inactive');
  expect((await world.profile(`user_id:${busy}`)).stage).toBe('new');
  expect(await world.sweep()).toBe(1);
});

test('a journey without an exit keeps its run when the stage moves on', async () => {
  const { exit: _exit, ...policy } = reactivation.policy;
  const other = world.changed({ journeys: [{ id: 'patient', policy }] });
  const user = fresh('u');
  await other.sendAt('2026-09-01T12:00:00Z', registered(user));
  await other.at('2027-02-02T15:00:00Z');
  await other.sweep();
  await other.send(opened(user));
  expect(await world.runs(`user_id:${user}`, 'patient')).toEqual(['open']);
});
