import { laneOf } from '../../store/lanes';
import { checkIn, consents, fresh, freshPhone, identify, track } from './drafts';
import { World } from './world';

let world: World;
beforeAll(async () => {
  world = await World.create();
});
beforeEach(() => world.at('2027-02-02T15:00:00Z'));
afterAll(() => world.end());

test('one phone in three spellings is one profile, found by each of its names', async () => {
  const [user, visitor] = [fresh('u'), fresh('a')];
  await world.send(identify(user, { phone: '(212) 555-0142' }));
  const traits = { phone: '+1 212 555 0142' };
  await world.send(track('App Opened', {}, { anonymousId: visitor, context: { traits } }));
  await world.send(track('App Opened', { phone: '212.555.0142' }, { userId: user }));

  const names = [`anonymous_id:${visitor}`, 'phone:+12125550142', `user_id:${user}`];
  expect(await world.identifiers('phone:+12125550142')).toEqual(names);
  expect((await world.profile(`user_id:${user}`)).traits).toEqual({ phone: '+12125550142' });
  expect(await world.eventNames(`user_id:${user}`)).toEqual(['identify', 'App Opened', 'App Opened']);
});

test('thirty patients who check in on one tablet are thirty people', async () => {
  const tablet = fresh('T');
  const before = await world.profileCount();
  const phones = Array.from({ length: 30 }, freshPhone);
  for (const phone of phones) {
    await world.send(checkIn(fresh('V'), { context: { device: { id: tablet }, traits: { phone } } }));
  }
  expect((await world.profileCount()) - before).toBe(30);
  expect(await world.profileId(`device_id:${tablet}`)).toBe(await world.profileId(`phone:${phones[0]}`));
  const drops = await world.rows(
    `select reason from identity_changes where change = 'dropped' and type = 'device_id' and value = $1`,
    [tablet],
  );
  expect(drops).toEqual(Array.from({ length: 29 }, () => ({ reason: 'limit of phone' })));
});

test('an event whose identifier was dropped goes to the profile of the others, which tells so', async () => {
  const [one, other, visitor] = [fresh('u'), fresh('u'), fresh('a')];
  await world.send(identify(one, {}, { anonymousId: visitor }));
  await world.send(track('App Opened', {}, { userId: other, anonymousId: visitor }));
  expect(await world.eventNames(`user_id:${other}`)).toEqual(['App Opened']);
  expect(await world.identityChanges(`user_id:${other}`)).toEqual([
    `dropped anonymous_id:${visitor} (limit of user_id)`,
    `attached user_id:${other}`,
  ]);
});

test('a phone that is none, or everybody’s, is no identifier and no trait, and the record says what was written', async () => {
  const user = fresh('u');
  await world.send(identify(user, { phone: 'ask at the desk', firstName: 'Ana' }));
  await world.send(track('App Opened', { phone: '800 555 0100' }, { userId: user }));
  await world.send(identify(user, { phone: '' }));
  expect(await world.identifiers(`user_id:${user}`)).toEqual([`user_id:${user}`]);
  expect((await world.profile(`user_id:${user}`)).traits).toEqual({ firstName: 'Ana' });
  expect(await world.identityChanges(`user_id:${user}`)).toEqual([
    `attached user_id:${user}`,
    'dropped phone:ask at the desk (not a phone number of one person)',
    'dropped phone:800 555 0100 (not a phone number of one person)',
  ]);
});

test('a phone that is a whole text with an emoji where it is cut keeps nothing from being stored', async () => {
  const user = fresh('u');
  await world.send(identify(user, { phone: `${'x'.repeat(63)}😀😀`, firstName: 'Ana' }));
  expect((await world.profile(`user_id:${user}`)).traits).toEqual({ firstName: 'Ana' });
  expect(await world.identityChanges(`user_id:${user}`)).toContain(
    `dropped phone:${'x'.repeat(63)}😀 (not a phone number of one person)`,
  );
});

test('an event that names nobody is refused, and its id is still free', async () => {
  const messageId = fresh('m');
  expect(await world.send(track('App Opened', {}, { messageId, userId: 'null' }))).toEqual([
    { messageId, outcome: 'refused', reason: 'no_identity' },
  ]);
  expect(await world.send(track('App Opened', {}, { messageId, userId: fresh('u') }))).toEqual([
    { messageId, outcome: 'applied' },
  ]);
});

test('alias says nothing of who is who: the two stay apart until an event names both', async () => {
  const [user, visitor] = [fresh('u'), fresh('a')];
  await world.send(track('App Opened', {}, { anonymousId: visitor }));
  await world.send({ type: 'alias', userId: user, previousId: visitor });
  expect(await world.profileId(`user_id:${user}`)).not.toBe(await world.profileId(`anonymous_id:${visitor}`));
  await world.send(identify(user, {}, { anonymousId: visitor }));
  expect(await world.profileId(`user_id:${user}`)).toBe(await world.profileId(`anonymous_id:${visitor}`));
});

test('a group call is an event of the one who sent it, and its traits are not theirs', async () => {
  const user = fresh('u');
  await world.send({
    type: 'group',
    userId: user,
    groupId: 'g1',
    traits: { phone: freshPhone(), plan: 'team' },
  });
  expect(await world.identifiers(`user_id:${user}`)).toEqual([`user_id:${user}`]);
  expect((await world.profile(`user_id:${user}`)).traits).toEqual({});
  expect(await world.eventNames(`user_id:${user}`)).toEqual(['group']);
});

describe('traits', () => {
  test('the newest value stands, whichever arrived first; null deletes', async () => {
    const user = fresh('u');
    const said = (minute: number) => ({ originalTimestamp: new Date(`2027-02-02T14:${minute}:00Z`) });
    await world.send(identify(user, { plan: 'gold', city: 'Natal' }, said(30)));
    await world.send(identify(user, { plan: 'basic', city: null }, said(40)));
    await world.send(identify(user, { plan: 'silver', city: 'Recife' }, said(35)));
    expect((await world.profile(`user_id:${user}`)).traits).toEqual({ plan: 'basic' });
  });

  test('those with a meaning may come in snake case, and from the context', async () => {
    const user = fresh('u');
    await world.send(identify(user, { first_name: 'Anna' }, { context: { traits: { locale: 'pt-BR' } } }));
    expect((await world.profile(`user_id:${user}`)).traits).toEqual({ firstName: 'Anna', locale: 'pt-BR' });
  });

  test('a phone or e-mail that is another’s is not taken for the customer’s', async () => {
    const [one, other, phone] = [fresh('u'), fresh('u'), freshPhone()];
    const email = `${one}@example.com`;
    await world.send(identify(one, { phone, email }));
    await world.send(identify(other, { phone, email, plan: 'gold' }));
    expect((await world.profile(`user_id:${other}`)).traits).toEqual({ plan: 'gold' });
    expect((await world.profile(`user_id:${one}`)).traits).toEqual({ phone, email });
  });

  test('what is no phone is no trait', async () => {
    const user = fresh('u');
    await world.send(identify(user, { phone: 'unknown' }));
    expect((await world.profile(`user_id:${user}`)).traits).toEqual({});
  });
});

describe('two profiles that turn out to be one', () => {
  test('the one created first stays, every name resolves to it, and the newest traits stand', async () => {
    const [phone, visitor] = [freshPhone(), fresh('a')];
    await world.at('2027-01-05T15:00:00Z');
    await world.send({
      type: 'identify',
      traits: { phone, firstName: 'Anna', plan: 'gold' },
      context: consents(phone, 'SUBSCRIBED'),
    });
    await world.send(checkIn('V1', { properties: { visitId: 'V1', providerId: 'P1', phone } }));
    const clinic = await world.profileId(`phone:${phone}`);
    await world.sendAt('2027-01-25T20:00:00Z', track('Account Registered', {}, { anonymousId: visitor }));
    const app = await world.profileId(`anonymous_id:${visitor}`);
    await world.at('2027-02-01T15:00:00Z');
    await world.send({ type: 'identify', anonymousId: visitor, traits: { firstName: 'Ana', plan: null } });

    await world.sendAt('2027-02-05T18:00:00Z', track('Phone Verified', { phone }, { anonymousId: visitor }));

    expect(await world.profileId(`anonymous_id:${visitor}`)).toBe(clinic);
    expect(await world.profile(`phone:${phone}`)).toMatchObject({
      traits: { phone, firstName: 'Ana' },
      stage: 'new',
    });
    expect(await world.runs(`phone:${phone}`, 'onboarding')).toEqual(['open']);
    expect(await world.subscriptions(`phone:${phone}`)).toEqual([`sms ${phone} subscribed`]);
    expect(await world.identityChanges(`phone:${phone}`)).toEqual([
      `attached phone:${phone}`,
      `attached anonymous_id:${visitor}`,
      `merged anonymous_id:${visitor} (profile ${app})`,
    ]);
    const [gone] = await world.rows(
      'select merged_into as "into", stage_due_at as due from profiles where profile_id = $1',
      [app],
    );
    expect(gone).toEqual({ into: clinic, due: null });
  });

  test('nothing is left behind: whatever named the one names the other', async () => {
    const [user, visitor] = [fresh('u'), fresh('a')];
    await world.send(identify(user));
    await world.send(
      track('Account Registered', {}, { anonymousId: visitor }),
      track('Feature Viewed', { feature: 'f1' }, { anonymousId: visitor }),
      { type: 'identify', anonymousId: visitor, context: consents(freshPhone(), 'SUBSCRIBED') },
    );
    const gone = await world.profileId(`anonymous_id:${visitor}`);
    await world.send(identify(user, {}, { anonymousId: visitor }));
    const tables = await world.rows(
      `select table_name as name from information_schema.columns
       where column_name = 'profile_id' and table_schema = 'public' and table_name <> 'profiles' order by 1`,
    );
    expect(tables.length).toBeGreaterThan(14);
    for (const { name } of tables) {
      const count = `select count(*)::int as rows from "${String(name)}" where profile_id = $1`;
      expect({ table: name, left: await world.rows(count, [gone]) }).toEqual({
        table: name,
        left: [{ rows: 0 }],
      });
    }
    // A dispatcher works a lane at a time: what waits has to be in the lane of the one who stays.
    const stays = String(await world.profileId(`user_id:${user}`));
    expect(await world.outbox('feature-how-to')).toMatchObject([{ profileId: stays, lane: laneOf(stays) }]);
  });

  test('any number merge at once, and those merged before follow', async () => {
    const names = Array.from({ length: 4 }, () => fresh('a'));
    for (const name of names) await world.send(track('App Opened', {}, { anonymousId: name }));
    const ids = await Promise.all(names.map((name) => world.profileId(`anonymous_id:${name}`)));
    const both = (...ids: string[]) => ({
      context: {
        externalIds: ids.map((id) => ({ id, type: 'anonymous_id', collection: 'users', encoding: 'none' })),
      },
    });
    await world.send(track('App Opened', {}, both(...names.slice(2))));
    await world.send(track('App Opened', {}, both(...names.slice(0, 3))));
    expect(new Set(await Promise.all(names.map((name) => world.profileId(`anonymous_id:${name}`))))).toEqual(
      new Set([ids[0]]),
    );
    const into = await world.rows('select merged_into as "into" from profiles where profile_id = any($1)', [
      ids.slice(1),
    ]);
    expect(into).toEqual(ids.slice(1).map(() => ({ into: ids[0] })));
    expect(await world.eventNames(`anonymous_id:${names[3]}`)).toHaveLength(6);
  });

  test('profiles made and merged within one batch leave one row', async () => {
    const before = await world.profileCount();
    const [user, visitor] = [fresh('u'), fresh('a')];
    await world.send(
      track('App Opened', {}, { anonymousId: visitor }),
      identify(user, { plan: 'gold' }),
      identify(user, {}, { anonymousId: visitor }),
    );
    expect((await world.profileCount()) - before).toBe(1);
    expect(await world.eventNames(`user_id:${user}`)).toEqual(['App Opened', 'identify', 'identify']);
    expect((await world.profile(`anonymous_id:${visitor}`)).traits).toEqual({ plan: 'gold' });
  });

  test('of two open runs of one journey and key the one entered first goes on', async () => {
    const [user, visitor, visit] = [fresh('u'), fresh('a'), fresh('V')];
    await world.sendAt('2027-02-02T15:00:00Z', checkIn(visit, { anonymousId: visitor }));
    await world.sendAt('2027-02-02T15:01:00Z', identify(user), checkIn(visit, { userId: user }));
    await world.sendAt('2027-02-02T15:01:30Z', checkIn(fresh('V'), { userId: user }));
    const [first] = await world.rows(`select enrollment_id as id from enrollments where profile_id = $1`, [
      await world.profileId(`anonymous_id:${visitor}`),
    ]);
    await world.sendAt('2027-02-02T15:02:00Z', identify(user, {}, { anonymousId: visitor }));

    expect(await world.runs(`user_id:${user}`, 'flash-reward')).toEqual(['open', 'merged merged', 'open']);
    expect(await world.runChanges(`user_id:${user}`, 'flash-reward')).toEqual([
      'entered',
      'entered',
      'entered',
      'merged merged',
    ]);
    const ends = (await world.outboxOf(`user_id:${user}`)).filter(({ kind }) => kind === 'end');
    expect(ends).toMatchObject([{ payload: { kind: 'end', end: { status: 'merged', reason: 'merged' } } }]);
    expect(ends[0]?.enrollmentId).not.toBe(first?.id);
  });

  test('the merge starts nothing: a run that ended on one side is not entered again on the other', async () => {
    const [user, visitor] = [fresh('u'), fresh('a')];
    await world.send(track('Account Registered', {}, { anonymousId: visitor }));
    await world.send(identify(user));
    await world.send(identify(user, {}, { anonymousId: visitor }));
    await world.send(track('Account Registered', {}, { userId: user }));
    expect(await world.runChanges(`user_id:${user}`, 'onboarding')).toEqual([
      'entered',
      'refused already_open',
    ]);
  });

  test('what one of them did ends the run of the other', async () => {
    const [user, visitor, visit] = [fresh('u'), fresh('a'), fresh('V')];
    await world.sendAt('2027-02-02T15:00:00Z', identify(user), checkIn(visit, { userId: user }));
    const treated = track('Treatment Recorded', { visitId: visit }, { anonymousId: visitor });
    await world.sendAt('2027-02-02T15:05:00Z', treated);
    expect(await world.runs(`user_id:${user}`, 'flash-reward')).toEqual(['open']);
    await world.sendAt('2027-02-02T15:06:00Z', identify(user, {}, { anonymousId: visitor }));
    expect(await world.runs(`user_id:${user}`, 'flash-reward')).toEqual(['exited exit_event']);
  });

  test.each([
    ['in calls of their own', false],
    ['in one call', true],
  ])(
    'what one of them has done since the other entered is told to the run, which may wait for it: %s',
    async (_, together) => {
      const [user, visitor] = [fresh('u'), fresh('a')];
      const adopted = (feature: string) => track('Feature Adopted', { feature }, { anonymousId: visitor });
      await world.send(adopted('before'));
      await world.sendAt('2027-02-02T15:01:00Z', track('Feature Viewed', { feature: 'f' }, { userId: user }));
      const rest = [
        adopted('f'),
        track('App Opened', {}, { anonymousId: visitor }),
        identify(user, {}, { anonymousId: visitor }),
      ];
      if (together) await world.sendAt('2027-02-02T15:02:00Z', ...rest);
      else for (const event of rest) await world.sendAt('2027-02-02T15:02:00Z', event);
      const told = (await world.outboxOf(`user_id:${user}`)).filter(({ kind }) => kind === 'event');
      const [stored] = await world.rows(
        `select seq from events where profile_id = $1 and name = 'Feature Adopted' and properties ->> 'feature' = 'f'`,
        [await world.profileId(`user_id:${user}`)],
      );
      expect(told.map(({ payload }) => payload)).toMatchObject([
        { event: { seq: stored?.seq, name: 'Feature Adopted', properties: { feature: 'f' } } },
      ]);
    },
  );

  test('the stricter consent stands, and is recorded', async () => {
    const [user, visitor, phone] = [fresh('u'), fresh('a'), freshPhone()];
    await world.send(identify(user, {}, { context: consents(phone, 'SUBSCRIBED') }));
    await world.send({ type: 'identify', anonymousId: visitor, context: consents(phone, 'UNSUBSCRIBED') });
    await world.send(identify(user, {}, { anonymousId: visitor }));
    expect(await world.subscriptions(`user_id:${user}`)).toEqual([`sms ${phone} unsubscribed`]);
    expect(await world.consentChanges(`user_id:${user}`)).toEqual([
      'none > subscribed',
      'none > unsubscribed',
      'subscribed > unsubscribed (merged)',
    ]);
  });
});

describe('a recycled number', () => {
  test('goes to the one who verified it, without consent, history or coupons', async () => {
    const [former, owner, phone] = [fresh('u'), fresh('u'), freshPhone()];
    await world.send(identify(former, { phone }, { context: consents(phone, 'SUBSCRIBED') }));
    await world.send(checkIn(fresh('V'), { userId: former }));
    await world.send(identify(owner));

    await world.sendAt('2027-02-10T15:00:00Z', track('Phone Verified', { phone }, { userId: owner }));

    expect(await world.profileId(`phone:${phone}`)).toBe(await world.profileId(`user_id:${owner}`));
    expect(await world.identifiers(`user_id:${former}`)).toEqual([`user_id:${former}`]);
    expect((await world.profile(`user_id:${former}`)).traits).toEqual({});
    expect((await world.profile(`user_id:${owner}`)).traits).toEqual({ phone });
    expect(await world.subscriptions(`user_id:${owner}`)).toEqual([]);
    expect(await world.subscriptions(`user_id:${former}`)).toEqual([`sms ${phone} none`]);
    expect(await world.eventNames(`user_id:${owner}`)).toEqual(['identify', 'Phone Verified']);
    expect(await world.runs(`user_id:${former}`, 'flash-reward')).toEqual(['open']);
    expect(await world.identityChanges(`user_id:${owner}`)).toEqual([
      `attached user_id:${owner}`,
      `moved phone:${phone}`,
    ]);
    expect(await world.identityChanges(`user_id:${former}`)).toEqual([
      `attached user_id:${former}`,
      `attached phone:${phone}`,
      `released phone:${phone} (verified by another)`,
    ]);
  });

  test('that comes back does so without the consent it had', async () => {
    const [one, other, phone] = [fresh('u'), fresh('u'), freshPhone()];
    await world.send(identify(one, { phone }, { context: consents(phone, 'SUBSCRIBED') }));
    await world.send(track('Phone Verified', { phone }, { userId: other }));
    await world.send(track('Phone Verified', { phone }, { userId: one }));
    expect(await world.profileId(`phone:${phone}`)).toBe(await world.profileId(`user_id:${one}`));
    expect(await world.subscriptions(`user_id:${one}`)).toEqual([`sms ${phone} none`]);
  });

  test('releases the number it replaces, which is then anybody’s', async () => {
    const [user, next, old, now] = [fresh('u'), fresh('u'), freshPhone(), freshPhone()];
    await world.send(identify(user, { phone: old }));
    await world.send(track('Phone Verified', { phone: now }, { userId: user }));
    expect(await world.profileId(`phone:${old}`)).toBeUndefined();
    expect((await world.profile(`user_id:${user}`)).traits).toEqual({ phone: now });
    await world.send(identify(next, { phone: old }));
    expect(await world.profileId(`phone:${old}`)).toBe(await world.profileId(`user_id:${next}`));
  });

  test('moves there and back within one batch', async () => {
    const [one, other, phone] = [fresh('u'), fresh('u'), freshPhone()];
    await world.send(
      identify(one, { phone }),
      track('Phone Verified', { phone }, { userId: other }),
      track('Phone Verified', { phone }, { userId: one }),
      track('Phone Verified', { phone }, { userId: other }),
    );
    expect(await world.profileId(`phone:${phone}`)).toBe(await world.profileId(`user_id:${other}`));
    expect((await world.profile(`user_id:${one}`)).traits).toEqual({});
  });

  test('is no reason to move for an event that only mentions it', async () => {
    const [one, other, phone] = [fresh('u'), fresh('u'), freshPhone()];
    await world.send(identify(one, { phone }));
    await world.send(identify(other, { phone }), track('App Opened', { phone }, { userId: other }));
    expect(await world.profileId(`phone:${phone}`)).toBe(await world.profileId(`user_id:${one}`));
  });
});

test('a limit of phones above one is refused at start', async () => {
  const workspace = { ...world.deps.workspace, identifierLimits: { user_id: 1, phone: 2 } };
  await expect(world.changed({ workspace }).send(identify(fresh('u')))).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('limit of phone must be 1'),
  });
});
