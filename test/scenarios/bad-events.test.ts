import { onRecord } from './support/on-record';
import { type TestWorld, testWorld } from './support/world';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ clock: '2027-02-02T15:00:00Z' });
});
afterAll(() => world.end());

const track = (event: object) => ({ userId: 'u1', event: 'App Opened', ...event });

describe('an event that cannot be right is set aside with what is wrong, and the others of its call are not', () => {
  const cases: readonly (readonly [what: string, event: object, violation: object])[] = [
    ['not an object', ['App Opened'], { path: '', code: 'type' }],
    ['of no type', { type: undefined }, { path: 'type', code: 'required' }],
    ['of an unknown type', { type: 'shout' }, { path: 'type', code: 'type' }],
    ['of nobody', { userId: undefined }, { path: '', code: 'no_identity' }],
    ['of a user who is a number', { userId: 7 }, { path: 'userId', code: 'type' }],
    [
      'of nobody but a phone that is none',
      { userId: undefined, properties: { phone: 'call me' } },
      { path: '', code: 'no_identity' },
    ],
    ['whose name is a list', { event: ['App Opened'] }, { path: 'event', code: 'type' }],
    ['without a name', { event: '' }, { path: 'event', code: 'required' }],
    ['outside the plan', { event: 'Moon Landed' }, { path: 'event', code: 'unknown_event' }],
    ['whose properties are text', { properties: 'many' }, { path: 'properties', code: 'type' }],
    ['whose context is a list', { context: [] }, { path: 'context', code: 'type' }],
    ['on no day', { timestamp: '2027-02-30T10:00:00Z' }, { path: 'timestamp', code: 'type' }],
    ['whose time is a number', { timestamp: 1_800_000_000 }, { path: 'timestamp', code: 'type' }],
    [
      'without what the plan asks for',
      { event: 'Treatment Recorded' },
      { path: 'properties.visitId', code: 'required' },
    ],
    [
      'with another type than the plan asks for',
      { event: 'Treatment Recorded', properties: { visitId: {} } },
      { path: 'properties.visitId', code: 'type' },
    ],
    ['of a version that there is not', { context: { protocols: { event_version: 9 } } }, { code: 'version' }],
    [
      'of a version that is no number',
      { context: { protocols: { event_version: 'two' } } },
      { code: 'version' },
    ],
    [
      'that is ours to make',
      { event: 'Lifecycle Stage Changed', properties: { to: 'new' } },
      { code: 'unknown_event' },
    ],
  ];

  it.each(cases)('%s', async (what, wrong, violation) => {
    const [before, good] = [await onRecord(world), `good beside ${what}`];
    const event = Array.isArray(wrong)
      ? wrong
      : { type: 'track', messageId: `bad: ${what}`, ...track(wrong) };
    const batch = [event, { type: 'track', messageId: good, userId: good, event: 'App Opened' }];
    const { status, body } = await world.post('/v1/batch', { batch });
    expect({ status, success: body['success'] }).toEqual({ status: 200, success: true });
    expect(body['rejected']).toEqual([
      expect.objectContaining({ index: 0, details: [expect.objectContaining(violation)] }),
    ]);
    const after = await onRecord(world);
    expect({ ...after, message_ids: 0 }).toEqual({
      ...before,
      events: (before['events'] ?? 0) + 1,
      profiles: (before['profiles'] ?? 0) + 1,
      identifiers: (before['identifiers'] ?? 0) + 1,
      quarantine: (before['quarantine'] ?? 0) + 1,
      message_ids: 0,
    });
  });
});

describe('a clock that cannot be right', () => {
  const cases: readonly (readonly [what: string, times: object, timestamp: RegExp, entry: string])[] = [
    [
      'an event of 1970 happened then, and is too old',
      { timestamp: '1970-01-01T00:00:00Z' },
      /^1970-01-01T00:00:00/,
      'refused too_old',
    ],
    [
      'an event of 2099 happened when it came',
      { timestamp: '2099-12-31T23:59:59Z' },
      /^2027-02-02T15/,
      'entered',
    ],
    [
      'a device that lives in 1970 is a device whose clock is behind',
      { timestamp: '1970-01-01T00:00:00Z', sentAt: '1970-01-01T00:00:01Z' },
      /^2027-02-02T1[45]/,
      'entered',
    ],
    [
      'a device that lives in 2099 is a device whose clock is ahead',
      { timestamp: '2099-01-01T00:00:00Z', sentAt: '2099-01-01T00:00:01Z' },
      /^2027-02-02T1[45]/,
      'entered',
    ],
    [
      'an event of 2099 sent in 1970 happened when it came',
      { timestamp: '2099-01-01T00:00:00Z', sentAt: '1970-01-01T00:00:00Z' },
      /^2027-02-02T15/,
      'entered',
    ],
    [
      'an event of 1970 sent in 2099 happened as long ago as there is time, and is too old',
      { timestamp: '1970-01-01T00:00:00Z', sentAt: '2099-01-01T00:00:00Z' },
      /^1970-01-01T00:00:00/,
      'refused too_old',
    ],
    [
      'an event of the year 1 happened as long ago as there is time, and is too old',
      { timestamp: '0001-01-01T00:00:00Z' },
      /^1970-01-01T00:00:00/,
      'refused too_old',
    ],
    ['a sending time that is none is passed over', { sentAt: 'noon' }, /^2027-02-02T15/, 'entered'],
  ];

  it.each(cases)('%s', async (what, times, timestamp, entry) => {
    const properties = { visitId: 'V1', providerId: 'P1' };
    const answer = await world.post('/v1/track', {
      userId: what,
      event: 'Visit Checked In',
      properties,
      ...times,
    });
    expect(answer).toEqual({ status: 200, body: { success: true } });
    await world.settle();
    const [event] = await world.history(`user_id:${what}`, 'event');
    expect(event?.['timestamp']).toMatch(timestamp);
    expect(event?.['receivedAt']).toMatch(/^2027-02-02T15/);
    expect((await world.runs(`user_id:${what}`, 'flash-reward')).map((run) => run.split(' @')[0])).toEqual([
      `flash-reward ${entry}`,
    ]);
  });
});

describe('phone numbers that are none', () => {
  it.each([
    ['call me'],
    ['12'],
    ['+999999999999999999'],
    ['911'],
    [''],
    [7],
    [null],
    [{ number: 1 }],
    ['+1 212 555'],
    ['+12125550142 ext. 9'],
  ])('%j identifies nobody, is texted never, and the rest of the call counts', async (phone) => {
    const userId = `has ${JSON.stringify(phone)}`;
    const messaging_subscriptions = [{ key: phone, type: 'SMS', status: 'SUBSCRIBED' }];
    const identify = { userId, traits: { phone, pet: 'cat' }, context: { messaging_subscriptions } };
    expect((await world.post('/v1/identify', identify)).status).toBe(200);
    await world.track(userId, 'Visit Checked In', { visitId: 'V1', providerId: 'P1' });
    await world.settle();
    const { body } = await world.call('GET', `/api/customers/${encodeURIComponent(`user_id:${userId}`)}`);
    expect(body).toMatchObject({
      identifiers: [{ type: 'user_id', value: userId }],
      traits: { pet: 'cat' },
      subscriptions: [],
    });
    expect(await world.held(`user_id:${userId}`)).toEqual(['flash-reward unreachable']);
  });
});
