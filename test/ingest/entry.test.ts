import { checkIn, fresh, freshPhone, identify, track } from './drafts';
import { searchNudge, shipped, visitFollowUp } from './journeys';
import { World } from './world';

let world: World;
beforeAll(async () => {
  world = await World.create([...shipped, searchNudge, visitFollowUp]);
});
beforeEach(() => world.at('2027-02-02T15:00:00Z'));
afterAll(() => world.end());

describe('a message id', () => {
  test('is one event, across sources and days: the first counts', async () => {
    const [user, messageId, visit] = [fresh('u'), fresh('m'), fresh('V')];
    const first = checkIn(visit, { userId: user, messageId });
    expect(await world.send(first)).toMatchObject([{ outcome: 'applied' }]);
    const again = { ...checkIn('another', { userId: fresh('u'), messageId }), source: 'clinic' };
    expect(await world.sendAt('2027-02-03T14:00:00Z', again)).toEqual([{ messageId, outcome: 'duplicate' }]);
    const stored = await world.rows('select source, properties from events where message_id = $1', [
      messageId,
    ]);
    expect(stored).toEqual([{ source: 'test', properties: { visitId: visit, providerId: 'P1' } }]);
    expect(await world.runs(`user_id:${user}`, 'flash-reward')).toEqual(['open']);
  });

  test('counts once within a batch too', async () => {
    const [user, messageId] = [fresh('u'), fresh('m')];
    const twice = [checkIn('V1', { userId: user, messageId }), checkIn('V2', { userId: user, messageId })];
    expect((await world.send(...twice)).map(({ outcome }) => outcome)).toEqual(['applied', 'duplicate']);
    expect(await world.eventNames(`user_id:${user}`)).toHaveLength(1);
  });
});

describe('when it happened', () => {
  test('is corrected for the sender’s clock', async () => {
    const user = fresh('u');
    await world.sendAt('2027-02-02T09:00:00Z', {
      ...track('App Opened', {}, { userId: user }),
      originalTimestamp: new Date('2027-02-02T10:00:00Z'),
      sentAt: new Date('2027-02-02T10:05:00Z'),
    });
    expect(await world.eventTimes(`user_id:${user}`)).toEqual([
      {
        timestamp: new Date('2027-02-02T08:55:00Z'),
        receivedAt: new Date('2027-02-02T09:00:00Z'),
        originalTimestamp: new Date('2027-02-02T10:00:00Z'),
        sentAt: new Date('2027-02-02T10:05:00Z'),
      },
    ]);
  });

  test.each([
    ['without any time, on arrival', undefined, undefined, '2027-02-02T15:00:00Z'],
    ['without the time it was sent, as given', '2027-02-02T14:00:00Z', undefined, '2027-02-02T14:00:00Z'],
    ['by a clock of 1970', '1970-01-01T00:00:10Z', '1970-01-01T00:00:15Z', '2027-02-02T14:59:55Z'],
    ['by a clock of 2099', '2099-06-01T12:00:00Z', '2099-06-01T12:00:30Z', '2027-02-02T14:59:30Z'],
    ['never after it arrived', '2099-06-01T12:00:00Z', undefined, '2027-02-02T15:00:00Z'],
    [
      'never after it arrived, though sent before it happened',
      '2027-02-02T15:10:00Z',
      '2027-02-02T15:00:00Z',
      '2027-02-02T15:00:00Z',
    ],
    ['not before 1970', '0900-01-01T00:00:00Z', undefined, '1970-01-01T00:00:00Z'],
  ])('%s', async (_, given, sent, timestamp) => {
    const user = fresh('u');
    await world.send({
      ...track('App Opened', {}, { userId: user }),
      ...(given && { originalTimestamp: new Date(given) }),
      ...(sent && { sentAt: new Date(sent) }),
    });
    expect((await world.eventTimes(`user_id:${user}`))[0]?.timestamp).toEqual(new Date(timestamp));
  });
});

describe('a replay from quarantine', () => {
  const quarantined = async (messageId: string) => {
    await world.rows(`insert into message_ids values ($1, '2027-02-02T15:00:01Z')`, [messageId]);
    await world.rows(
      `insert into quarantine (message_id, received_at, source, event, violations)
       values ($1, '2027-02-02T15:00:01Z', 'test', '{}', '[]')`,
      [messageId],
    );
  };
  const replay = (user: string, messageId: string) => ({
    ...checkIn('V2', { userId: user, messageId }),
    originalTimestamp: new Date('2027-02-02T15:00:00Z'),
    replayed: { receivedAt: new Date('2027-02-02T15:00:01Z') },
  });

  test('keeps its timestamp, is as old as it is now, and takes effect once', async () => {
    const [user, messageId] = [fresh('u'), fresh('m')];
    await quarantined(messageId);
    expect(await world.send(checkIn('V2', { userId: user, messageId }))).toMatchObject([
      { outcome: 'duplicate' },
    ]);
    expect(await world.sendAt('2027-02-02T16:10:00Z', replay(user, messageId))).toMatchObject([
      { outcome: 'applied' },
    ]);
    expect(await world.send(replay(user, messageId))).toMatchObject([{ outcome: 'duplicate' }]);

    expect(await world.eventTimes(`user_id:${user}`)).toMatchObject([
      { timestamp: new Date('2027-02-02T15:00:00Z'), receivedAt: new Date('2027-02-02T16:10:00Z') },
    ]);
    expect(await world.runChanges(`user_id:${user}`, 'visit-follow-up')).toEqual(['entered']);
    expect(await world.runChanges(`user_id:${user}`, 'flash-reward')).toEqual(['refused too_old']);
  });

  test('is reckoned by the clock of its sender when it first arrived', async () => {
    const [user, messageId] = [fresh('u'), fresh('m')];
    await quarantined(messageId);
    const skewed = { ...replay(user, messageId), sentAt: new Date('2027-02-02T15:05:00Z') };
    await world.sendAt('2027-02-02T16:10:00Z', skewed);
    expect((await world.eventTimes(`user_id:${user}`))[0]?.timestamp).toEqual(
      new Date('2027-02-02T14:55:01Z'),
    );
  });

  test('of what was dropped meanwhile does nothing', async () => {
    expect(await world.send(replay(fresh('u'), fresh('m')))).toMatchObject([{ outcome: 'duplicate' }]);
  });
});

describe('entry', () => {
  test('keys are compared as text; another key is another run', async () => {
    const user = fresh('u');
    for (const visit of [123, '123', '0123']) await world.send(checkIn(visit, { userId: user }));
    expect(await world.runChanges(`user_id:${user}`, 'flash-reward')).toEqual([
      'entered',
      'refused already_open',
      'entered',
    ]);
    const keys = await world.rows(
      'select key from enrollments where journey = $1 and profile_id = $2 order by key',
      ['flash-reward', await world.profileId(`user_id:${user}`)],
    );
    expect(keys).toEqual([{ key: '0123' }, { key: '123' }]);
  });

  test('a trigger without its key is stored, and refused', async () => {
    const user = fresh('u');
    await world.send(track('Provider Searched', {}, { userId: user }));
    await world.send(track('Provider Searched', { searchId: '' }, { userId: user }));
    expect(await world.runChanges(`user_id:${user}`, 'search-nudge')).toEqual([
      'refused key_missing',
      'refused key_missing',
    ]);
    expect(await world.eventNames(`user_id:${user}`)).toHaveLength(2);
  });

  test('a key of any length is a key, and stays apart from others that begin like it', async () => {
    const user = fresh('u');
    const long = 'x'.repeat(20_000);
    for (const visit of [long, long, `${long}y`]) await world.send(checkIn(visit, { userId: user }));
    expect(await world.runChanges(`user_id:${user}`, 'flash-reward')).toEqual([
      'entered',
      'refused already_open',
      'entered',
    ]);
  });

  test('is from the trigger’s arrival, counted from when it happened', async () => {
    const user = fresh('u');
    const trigger = {
      ...checkIn('V1', { userId: user }),
      originalTimestamp: new Date('2027-02-02T14:50:00Z'),
    };
    await world.send(identify(user, { timezone: 'America/Los_Angeles' }));
    await world.sendAt('2027-02-02T15:00:00Z', trigger);
    const [run] = await world.rows(
      `select entered_at as "enteredAt", trigger_at as "triggerAt", goal_until as "goalUntil", day_zero as "dayZero",
         trigger_properties as properties, key, version from enrollments where profile_id = $1 and journey = 'flash-reward'`,
      [await world.profileId(`user_id:${user}`)],
    );
    expect(run).toEqual({
      enteredAt: new Date('2027-02-02T15:00:00Z'),
      triggerAt: new Date('2027-02-02T14:50:00Z'),
      goalUntil: new Date('2027-02-02T16:50:00Z'),
      dayZero: '2027-02-02',
      properties: { visitId: 'V1', providerId: 'P1' },
      key: 'V1',
      version: 1,
    });
  });

  test('the local date at entry is day zero', async () => {
    const user = fresh('u');
    await world.at('2027-10-27T01:40:00Z');
    await world.send(
      identify(user, { timezone: 'America/Los_Angeles' }),
      track('Account Registered', {}, { userId: user }),
    );
    const [run] = await world.rows('select day_zero as day from enrollments where profile_id = $1', [
      await world.profileId(`user_id:${user}`),
    ]);
    expect(run).toEqual({ day: '2027-10-26' });
  });

  test.each([
    ['exactly as old as may be', '2027-02-02T14:45:00.000Z', 'entered'],
    ['a millisecond older', '2027-02-02T14:44:59.999Z', 'refused too_old'],
  ])('a trigger %s', async (_, happened, change) => {
    const user = fresh('u');
    await world.send({ ...checkIn('V1', { userId: user }), originalTimestamp: new Date(happened) });
    expect(await world.runChanges(`user_id:${user}`, 'flash-reward')).toEqual([change]);
  });

  test('never: once in a life, however long ago', async () => {
    const user = fresh('u');
    await world.sendAt('2027-01-02T15:00:00Z', track('Account Registered', {}, { userId: user }));
    await world.finish(`user_id:${user}`, '2027-01-31T15:00:00Z');
    await world.sendAt('2027-05-03T15:00:00Z', track('Account Registered', {}, { userId: user }));
    expect(await world.runChanges(`user_id:${user}`, 'onboarding')).toEqual(['entered', 'refused once']);
  });

  test('always: but not while one is open', async () => {
    const user = fresh('u');
    const view = () => track('Feature Viewed', { feature: 'find-provider' }, { userId: user });
    await world.sendAt('2027-02-02T15:00:00Z', view());
    await world.sendAt('2027-02-02T20:00:00Z', view());
    await world.finish(`user_id:${user}`, '2027-02-03T15:00:00Z');
    await world.sendAt('2027-02-03T15:00:01Z', view());
    expect(await world.runChanges(`user_id:${user}`, 'feature-how-to')).toEqual([
      'entered',
      'refused already_open',
      'entered',
    ]);
  });

  test('after a time: from the end of the last run of that key', async () => {
    const user = fresh('u');
    await world.sendAt('2027-02-02T15:00:00Z', checkIn('V1', { userId: user }));
    await world.finish(`user_id:${user}`, '2027-02-02T15:10:00Z');
    await world.sendAt(
      '2027-02-02T15:39:59.999Z',
      checkIn('V1', { userId: user }),
      checkIn('V2', { userId: user }),
    );
    await world.sendAt('2027-02-02T15:40:00Z', checkIn('V1', { userId: user }));
    expect(await world.runChanges(`user_id:${user}`, 'flash-reward')).toEqual([
      'entered',
      'refused too_soon',
      'entered',
      'entered',
    ]);
  });

  test('what a batch does counts in its order', async () => {
    const user = fresh('u');
    const visit = fresh('V');
    await world.send(
      checkIn(visit, { userId: user }),
      track('Treatment Recorded', { visitId: visit }, { userId: user }),
      checkIn(visit, { userId: user }),
    );
    expect(await world.runChanges(`user_id:${user}`, 'flash-reward')).toEqual([
      'entered',
      'exited exit_event',
      'refused too_soon',
    ]);
    // It began and ended in one instant: nobody needs to run it.
    expect((await world.outboxOf(`user_id:${user}`)).map(({ kind }) => kind)).toEqual(['start']);
  });

  test('the newest version is entered', async () => {
    const [journey] = shipped;
    const versions = [2, 1].map((version) => ({ ...journey, policy: { ...journey.policy, version } }));
    const user = fresh('u');
    await world.changed({ journeys: versions }).send(checkIn('V1', { userId: user }));
    const start = (await world.outboxOf(`user_id:${user}`))[0];
    expect(start).toMatchObject({ kind: 'start', payload: { journey: 'flash-reward', version: 2 } });
  });

  test('only a track enters: a page of the same name does not', async () => {
    const user = fresh('u');
    await world.send({ type: 'page', name: 'Visit Checked In', userId: user, properties: { visitId: 'V1' } });
    expect(await world.runChanges(`user_id:${user}`, 'flash-reward')).toEqual([]);
  });
});

describe('what a run is told', () => {
  test('its start carries the trigger, without what is personal or not in the plan', async () => {
    const [user, phone] = [fresh('u'), freshPhone()];
    const journey = {
      id: 'on-verification',
      policy: { version: 1, purpose: 'moment', enter: { on: 'Phone Verified' }, reentry: 'always' },
    } as const;
    const verified = track('Phone Verified', { phone, plan: 'gold' }, { userId: user });
    await world
      .changed({ journeys: [journey] })
      .send(identify(user, { timezone: 'America/Chicago' }), verified);
    const profileId = await world.profileId(`user_id:${user}`);
    const [event] = await world.rows(
      `select seq, message_id as id from events where profile_id = $1 and type = 'track'`,
      [profileId],
    );
    const [start] = await world.outboxOf(`user_id:${user}`);
    expect(start).toEqual({
      kind: 'start',
      profileId,
      lane: Number.parseInt(String(profileId).slice(-2), 16) % 64,
      enrollmentId: expect.any(String),
      payload: {
        enrollmentId: start?.enrollmentId,
        profileId,
        journey: 'on-verification',
        version: 1,
        key: '',
        zone: 'America/Chicago',
        trigger: {
          seq: event?.seq,
          messageId: event?.id,
          name: 'Phone Verified',
          receivedAt: Date.parse('2027-02-02T15:00:00Z'),
          timestamp: Date.parse('2027-02-02T15:00:00Z'),
          properties: {},
        },
      },
    });
    expect(JSON.stringify(start)).not.toContain(phone.slice(1));
  });

  test('what it listens to reaches it, also right behind the trigger in the same batch', async () => {
    const user = fresh('u');
    const adopted = (feature: string) => track('Feature Adopted', { feature }, { userId: user });
    await world.send(track('Feature Viewed', { feature: 'f1' }, { userId: user }), adopted('f1'));
    await world.send(adopted('f2'), track('App Opened', {}, { userId: user }));
    const told = await world.outboxOf(`user_id:${user}`);
    expect(told.map(({ kind }) => kind)).toEqual(['start', 'event', 'event']);
    expect(told.slice(1).map(({ payload }) => payload)).toMatchObject([
      { kind: 'event', event: { name: 'Feature Adopted', properties: { feature: 'f1' } } },
      { kind: 'event', event: { name: 'Feature Adopted', properties: { feature: 'f2' } } },
    ]);
  });

  test('not to what came before it entered, nor to its own trigger', async () => {
    const user = fresh('u');
    const journey = {
      id: 'echo',
      policy: {
        version: 1,
        purpose: 'moment',
        enter: { on: 'Feature Adopted' },
        reentry: 'always',
        listens: ['Feature Adopted'],
      },
    } as const;
    await world
      .changed({ journeys: [journey] })
      .send(track('Feature Adopted', { feature: 'f' }, { userId: user }));
    expect((await world.outboxOf(`user_id:${user}`)).map(({ kind }) => kind)).toEqual(['start']);
  });

  test('nothing once it is over', async () => {
    const user = fresh('u');
    await world.send(track('Feature Viewed', { feature: 'f1' }, { userId: user }));
    await world.finish(`user_id:${user}`, '2027-02-02T15:00:00Z');
    await world.send(track('Feature Adopted', { feature: 'f1' }, { userId: user }));
    expect((await world.outboxOf(`user_id:${user}`)).map(({ kind }) => kind)).toEqual(['start']);
  });

  test('the zone, when it changes: by trait, by context and by phone, the first that is known', async () => {
    const [user, phone] = [fresh('u'), '+13105550142'];
    const zones = async () =>
      (await world.outboxOf(`user_id:${user}`))
        .filter(({ kind }) => kind === 'zone')
        .map(({ payload }) => payload);
    await world.send(identify(user), track('Feature Viewed', { feature: 'f1' }, { userId: user }));
    await world.send(identify(user, { phone }));
    const at = Date.parse('2027-02-02T15:00:00Z');
    expect(await zones()).toEqual([{ kind: 'zone', zone: 'America/Los_Angeles', at }]);
    await world.send(track('App Opened', {}, { userId: user, context: { timezone: 'America/Chicago' } }));
    await world.send(track('App Opened', {}, { userId: user, context: { timezone: 'America/Chicago' } }));
    await world.send(identify(user, { timezone: 'Pacific Time' }));
    await world.send(identify(user, { timezone: 'America/Denver' }));
    await world.send(track('App Opened', {}, { userId: user, context: { timezone: 'Asia/Tokyo' } }));
    expect(await zones()).toEqual(
      ['America/Los_Angeles', 'America/Chicago', 'America/Denver'].map((zone) => ({
        kind: 'zone',
        zone,
        at,
      })),
    );
  });

  test('a context older than the one known does not change the zone', async () => {
    const user = fresh('u');
    await world.send(track('App Opened', {}, { userId: user, context: { timezone: 'America/Chicago' } }));
    const late = track('App Opened', {}, { userId: user, context: { timezone: 'Asia/Tokyo' } });
    await world.send({ ...late, originalTimestamp: new Date('2027-02-01T00:00:00Z') });
    expect((await world.profile(`user_id:${user}`)).contextTimezone).toBe('America/Chicago');
  });

  test('dispatchers are woken once the batch is committed', async () => {
    const client = await world.pool.connect();
    try {
      await client.query('listen jornada_outbox');
      const woken = new Promise((resolve) => client.once('notification', resolve));
      await world.send(checkIn(fresh('V'), { userId: fresh('u') }));
      expect(await woken).toMatchObject({ channel: 'jornada_outbox' });
    } finally {
      client.release(true);
    }
  });
});
