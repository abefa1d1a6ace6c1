import { workspace } from '../../catalog/workspace';
import { play } from './support/acts';
import { words } from './support/readings';
import { type TestWorld, testWorld } from './support/world';

/** One running stack; the tests go on in time where the one before stopped. */
let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ clock: '2027-01-04T12:00:00Z' });
});
afterAll(() => world.end());

interface Customer {
  readonly id: string;
  readonly identifiers: readonly { readonly type: string; readonly value: string }[];
  readonly traits: { readonly [trait: string]: unknown };
  readonly offers: readonly { readonly name: string; readonly status: string }[];
  readonly subscriptions: readonly { readonly channel: string; readonly status: string }[];
}

const customer = async (reference: string) =>
  (await world.call<Customer>('GET', `/api/customers/${encodeURIComponent(reference)}`)).body;
const idOf = async (reference: string) => (await customer(reference)).id;
const identifiers = async (reference: string) =>
  (await customer(reference)).identifiers.map(({ type, value }) => `${type}:${value}`).sort();

const consent = (key: string) => ({
  messaging_subscriptions: [{ key, type: 'SMS' as const, status: 'SUBSCRIBED' as const }],
});
const checkIn = (visitId: string) => ({
  event: 'Visit Checked In',
  properties: { visitId, providerId: 'P7' },
});

describe('one phone in many spellings', () => {
  /** Three events of one person, named `who`, in three spellings of the phone. */
  const three = (who: string, [first, second, third]: readonly string[]) => [
    () => world.segment.identify({ userId: `u-${who}`, traits: { phone: first } }),
    () =>
      world.segment.track({
        anonymousId: `a-${who}`,
        event: 'App Opened',
        context: { traits: { phone: second } },
      }),
    () =>
      world.segment.track({ userId: `u-${who}`, event: 'App Opened', context: { traits: { phone: third } } }),
  ];

  async function expectOne(who: string, phone: string) {
    const id = await idOf(`phone:${phone}`);
    expect(await idOf(`user_id:u-${who}`)).toBe(id);
    expect(await idOf(`anonymous_id:a-${who}`)).toBe(id);
    expect(await world.history(`phone:${phone}`, 'event')).toHaveLength(3);
    expect((await customer(`phone:${phone}`)).traits).toMatchObject({ phone });
  }

  it('is one customer', async () => {
    for (const says of three('1', ['(212) 555-0142', '+1 212 555 0142', '212.555.0142'])) {
      says();
      await world.flush();
    }
    await expectOne('1', '+12125550142');
  });

  it('in whatever order the spellings come, one by one or in one call', async () => {
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (const [n, order] of orders.entries()) {
      for (const [m, together] of [true, false].entries()) {
        const digits = `21255502${n}${m}`;
        const who = `order-${n}-${m}`;
        const says = three(who, [
          `1-${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6)}`,
          `+1 (${digits.slice(0, 3)}) ${digits.slice(3, 6)} ${digits.slice(6)}`,
          digits,
        ]);
        for (const one of order) {
          says[one]?.();
          if (!together) await world.flush();
        }
        await world.flush();
        await expectOne(who, `+1${digits}`);
      }
    }
  });

  it.each([
    ['São Paulo', '+5511987654321', ['+55 (11) 98765-4321', '+55 11 987654321', '011 55 11 98765-4321']],
    ['London', '+442079460958', ['+44 20 7946 0958', '+44 (0)20 7946 0958', '011 44 20 7946 0958']],
    ['Kolkata', '+919876543210', ['+91 98765 43210', '+91-98765-43210', '+919876543210']],
    ['Sydney', '+61491570156', ['+61 491 570 156', '+61491570156', '01161491570156']],
  ])('also of a phone in %s', async (place, phone, spellings) => {
    for (const says of three(place, spellings)) says();
    await world.flush();
    await expectOne(place, phone);
  });

  it('reads a phone without a prefix in the country of the workspace', async () => {
    const brazil = await testWorld({
      clock: '2027-01-04T12:00:00Z',
      project: { workspace: { ...workspace, country: 'BR', timezone: 'America/Sao_Paulo' } },
    });
    try {
      await brazil.subscribe('bia', '(11) 98765-4321');
      await brazil.trackAt('2027-01-05T13:00:00Z', 'bia', 'App Opened', { phone: '011 98765 4321' });
      const { body } = await brazil.call<Customer>('GET', '/api/customers/phone:%2B5511987654321');
      expect(body.identifiers).toHaveLength(2);
      expect(await brazil.history('user_id:bia', 'event')).toHaveLength(2);
    } finally {
      await brazil.end();
    }
  });
});

describe("the app's visitor is the clinic's patient", () => {
  const phone = '+12125550143';

  it('is one customer from the moment the phone is verified, and what was begun goes on', async () => {
    const { segment } = world;
    const clinic = { anonymousId: 'clinic-1', context: { traits: { phone } } };
    const flushed = (say: () => void) => async () => {
      say();
      await world.flush();
    };
    await play(world, [
      {
        at: '2027-01-05T15:00:00Z',
        does: flushed(() =>
          segment.identify({
            anonymousId: 'clinic-1',
            traits: { firstName: 'Anna', phone: '(212) 555-0143' },
            context: consent(phone),
          }),
        ),
      },
      { at: '2027-01-05T16:00:00Z', does: flushed(() => segment.track({ ...clinic, ...checkIn('C1') })) },
      { at: '2027-01-12T16:00:00Z', does: flushed(() => segment.track({ ...clinic, ...checkIn('C2') })) },
      {
        at: '2027-01-25T20:00:00Z',
        does: flushed(() => segment.track({ anonymousId: 'a7', event: 'Account Registered' })),
      },
      {
        at: '2027-02-01T15:00:00Z',
        does: flushed(() => {
          segment.identify({ anonymousId: 'a7', traits: { firstName: 'Ana' } });
          segment.track({ anonymousId: 'a7', ...checkIn('A1') });
        }),
      },
    ]);
    await world.moveTo('2027-02-05T17:59:00Z');
    const canonical = await idOf(`phone:${phone}`);
    expect(await idOf('anonymous_id:a7')).not.toBe(canonical);
    expect(await world.held('anonymous_id:a7')).toEqual([
      'onboarding-1 unreachable',
      'onboarding-2 unreachable',
      'onboarding-3 unreachable',
      'flash-reward unreachable',
      'flash-reward-reminder unreachable',
      'onboarding-4 unreachable',
    ]);
    const textsBefore = await world.sent(`phone:${phone}`);

    await world.exactly(
      '2027-02-05T18:00:00Z',
      flushed(() =>
        segment.track({ anonymousId: 'a7', event: 'Phone Verified', properties: { phone: '212 555 0143' } }),
      ),
    );
    expect(await idOf('anonymous_id:a7')).toBe(canonical);
    expect(await idOf(`phone:${phone}`)).toBe(canonical);
    expect((await customer('anonymous_id:a7')).traits).toMatchObject({ firstName: 'Ana' });
    const visits = (await world.history('anonymous_id:a7', 'event')).filter(
      ({ name }) => name === 'Visit Checked In',
    );
    expect(visits).toHaveLength(3);

    await world.moveTo('2027-02-09T00:00:00Z');
    expect((await world.sent('anonymous_id:a7')).slice(textsBefore.length)).toEqual([
      'onboarding-5 @ 2027-02-08T15:00:00Z',
    ]);
    const entered = (await world.runs('anonymous_id:a7')).filter((run) => run.includes('entered'));
    expect(entered).toEqual([
      'flash-reward entered @ 2027-01-05T16:00:00Z',
      'flash-reward entered @ 2027-01-12T16:00:00Z',
      'onboarding entered @ 2027-01-25T20:00:00Z',
      'flash-reward entered @ 2027-02-01T15:00:00Z',
    ]);
  });

  it('of two runs of one journey keeps the one entered first, and sends each part once', async () => {
    const { segment } = world;
    await world.exactly('2027-02-09T15:00:00Z', async () => {
      segment.track({ anonymousId: 'twice-a', event: 'Account Registered' });
      await world.flush();
    });
    await world.exactly('2027-02-09T16:00:00Z', async () => {
      await world.subscribe('twice-u', '+12125550144');
      await world.track('twice-u', 'Account Registered');
    });
    await world.exactly('2027-02-09T17:00:00Z', async () => {
      segment.identify({ userId: 'twice-u', anonymousId: 'twice-a' });
      await world.flush();
    });
    await world.moveTo('2027-02-15T12:00:00Z');
    expect(await world.runs('user_id:twice-u', 'onboarding')).toEqual([
      'onboarding entered @ 2027-02-09T15:00:00Z',
      'onboarding entered @ 2027-02-09T16:00:00Z',
      'onboarding merged merged @ 2027-02-09T17:00:00Z',
    ]);
    expect(await world.sent('user_id:twice-u')).toEqual([
      'onboarding-1 @ 2027-02-09T16:00:00Z',
      'onboarding-2 @ 2027-02-11T15:00:00Z',
      'onboarding-3 @ 2027-02-14T15:00:00Z',
    ]);
  });
});

describe('a number that the carrier has given to somebody else', () => {
  const phone = '+16465550101';

  it('goes to who verified it, without consent, and without anything of the former owner', async () => {
    await world.exactly('2027-02-15T15:00:00Z', async () => {
      await world.subscribe('u1', phone);
      await world.track('u2', 'App Opened');
    });
    for (const [n, at] of [
      '2027-02-15T16:00:00Z',
      '2027-02-16T16:00:00Z',
      '2027-02-17T14:00:00Z',
    ].entries()) {
      await world.exactly(at, () => world.track('u1', 'Visit Checked In', checkIn(`R${n}`).properties));
    }
    const [formerly, newly] = [await idOf('user_id:u1'), await idOf('user_id:u2')];
    const textsBefore = await world.sent('user_id:u1');

    await world.exactly('2027-02-17T15:00:00Z', () =>
      world.track('u2', 'Phone Verified', { phone: '+1 646 555 0101' }),
    );
    expect(await idOf(`phone:${phone}`)).toBe(newly);
    expect(await idOf('user_id:u1')).toBe(formerly);
    expect(await identifiers('user_id:u1')).toEqual(['user_id:u1']);
    expect(await identifiers('user_id:u2')).toEqual([`phone:${phone}`, 'user_id:u2']);
    expect((await customer('user_id:u2')).subscriptions.filter(({ status }) => status !== 'none')).toEqual(
      [],
    );

    await world.exactly('2027-02-17T15:10:00Z', async () => {
      await world.track('u2', 'Visit Checked In', checkIn('R9').properties);
      await world.track('u2', 'Feature Viewed', { feature: 'find-provider' });
    });
    await world.moveTo('2027-02-18T16:00:00Z');
    expect(await world.sent('user_id:u1')).toEqual(textsBefore);
    expect(await world.held('user_id:u1')).toEqual(['flash-reward-reminder unreachable']);
    expect(await world.held('user_id:u2')).toEqual([
      'flash-reward consent',
      'flash-reward-reminder consent',
      'feature-how-to consent',
    ]);

    const owner = await customer('user_id:u1');
    expect(owner.offers.map(({ name }) => name)).toEqual(['flash-reward', 'flash-reward', 'flash-reward']);
    expect((await customer('user_id:u2')).offers).toHaveLength(1);
    const visitsOf = async (userId: string) =>
      (await world.history(`user_id:${userId}`, 'event')).filter(({ name }) => name === 'Visit Checked In');
    expect(await visitsOf('u1')).toHaveLength(3);
    expect(await visitsOf('u2')).toHaveLength(1);
  });

  it('stays where it was when another event than its verification names it', async () => {
    const { segment } = world;
    segment.identify({ userId: 'u3', traits: { phone, firstName: 'Cora' } });
    segment.track({ userId: 'u3', event: 'App Opened', context: { traits: { phone } } });
    await world.flush();
    expect(await idOf(`phone:${phone}`)).toBe(await idOf('user_id:u2'));
    expect(await identifiers('user_id:u3')).toEqual(['user_id:u3']);
    const dropped = await world.history('user_id:u3', 'identity');
    expect(dropped.filter(({ change }) => change === 'dropped')).toHaveLength(2);
  });

  it('is released by the number that replaces it', async () => {
    await world.track('u2', 'Phone Verified', { phone: '+16465550102' });
    expect(await identifiers('user_id:u2')).toEqual(['phone:+16465550102', 'user_id:u2']);
    expect((await world.call('GET', `/api/customers/phone:${encodeURIComponent(phone)}`)).status).toBe(404);
  });
});

describe("the clinic's shared tablet", () => {
  const patients = (tablet: string, prefix: string) =>
    Array.from({ length: 30 }, (_, n) => ({
      type: 'track',
      ...checkIn(`${tablet}-${n}`),
      context: { traits: { phone: `${prefix}${String(n).padStart(2, '0')}` }, device: { id: tablet } },
    }));

  async function expectThirty(tablet: string, prefix: string, first?: string) {
    const phones = Array.from({ length: 30 }, (_, n) => `phone:${prefix}${String(n).padStart(2, '0')}`);
    const ids = await Promise.all(phones.map(idOf));
    expect(new Set(ids).size).toBe(30);
    const holder = await idOf(`device_id:${tablet}`);
    expect(ids).toContain(holder);
    if (first) expect(holder).toBe(await idOf(first));
    const changes = (await Promise.all(phones.map((one) => world.history(one, 'identity')))).flat();
    const ofTablet = changes.filter(({ type }) => type === 'device_id');
    expect(ofTablet.map((change) => words(change, 'change')).sort()).toEqual([
      'attached',
      ...Array.from({ length: 29 }, () => 'dropped'),
    ]);
    expect(changes.filter(({ change }) => change === 'merged')).toEqual([]);
  }

  it('belongs to the first of thirty patients, and makes them one in nothing', async () => {
    const { status } = await world.post('/v1/batch', { batch: patients('T1', '+121255503') });
    expect(status).toBe(200);
    await expectThirty('T1', '+121255503', 'phone:+12125550300');
  });

  it('also when they check in one by one, or all at once', async () => {
    for (const event of patients('T2', '+121255504')) await world.post('/v1/track', event);
    await expectThirty('T2', '+121255504', 'phone:+12125550400');
    await Promise.all(patients('T3', '+121255505').map((event) => world.post('/v1/track', event)));
    await expectThirty('T3', '+121255505');
  });

  it('is why a limit of phones above one is refused at start', async () => {
    const identifierLimits = { user_id: 1, phone: 2 };
    const start = testWorld({
      clock: '2027-01-04T12:00:00Z',
      project: { workspace: { ...workspace, identifierLimits } },
    });
    await expect(start).rejects.toThrow(/phone/);
  });
});

describe('a merge', () => {
  const numbers = { subscribed: 1, unsubscribed: 2, none: 3 };

  it.each([
    ['subscribed', 'unsubscribed', 'unsubscribed'],
    ['unsubscribed', 'subscribed', 'unsubscribed'],
    ['subscribed', 'none', 'subscribed'],
    ['none', 'unsubscribed', 'unsubscribed'],
  ] as const)('of %s with %s is %s', async (one, other, expected) => {
    const who = `${one}-${other}`;
    const phone = `+121255507${numbers[one]}${numbers[other]}`;
    const say = (id: object, status: string) => {
      const messaging_subscriptions = [{ key: phone, type: 'SMS', status: status.toUpperCase() }];
      return world.post('/v1/identify', {
        ...id,
        ...(status !== 'none' && { context: { messaging_subscriptions } }),
      });
    };
    await say({ userId: `m-${who}`, traits: { phone } }, one);
    await say({ anonymousId: `m-${who}` }, other);
    world.segment.identify({ userId: `m-${who}`, anonymousId: `m-${who}` });
    await world.flush();
    const { subscriptions } = await customer(`anonymous_id:m-${who}`);
    expect(subscriptions.find(({ channel }) => channel === 'sms')?.status).toBe(expected);
  });

  it('keeps the newest value of each trait, by when it was said and not when it came', async () => {
    const at = (timestamp: string, id: object, traits: object) => ({
      type: 'identify',
      ...id,
      traits,
      timestamp,
    });
    await world.post('/v1/batch', {
      batch: [
        at('2027-02-10T12:00:00Z', { userId: 'mt' }, { firstName: 'new', locale: 'en', color: 'old' }),
        at('2027-02-09T12:00:00Z', { anonymousId: 'mt' }, { firstName: 'old', color: 'older' }),
        at('2027-02-11T12:00:00Z', { anonymousId: 'mt' }, { color: 'new' }),
        at('2027-02-08T12:00:00Z', { userId: 'mt', anonymousId: 'mt' }, { firstName: 'oldest', size: 3 }),
      ],
    });
    expect((await customer('user_id:mt')).traits).toEqual({
      firstName: 'new',
      locale: 'en',
      color: 'new',
      size: 3,
    });
  });

  it('makes every old id resolve to the one created first, through any number of merges', async () => {
    const { segment } = world;
    for (const n of [1, 2, 3, 4]) {
      segment.track({ anonymousId: `chain-${n}`, event: 'App Opened' });
      await world.flush();
    }
    const first = await idOf('anonymous_id:chain-1');
    for (const n of [3, 4, 2, 1]) {
      segment.identify({ userId: 'chain-u', anonymousId: `chain-${n}` });
      await world.flush();
    }
    for (const n of [1, 2, 3, 4]) expect(await idOf(`anonymous_id:chain-${n}`)).toBe(first);
    expect(await idOf('user_id:chain-u')).toBe(first);
    const opened = (await world.history('user_id:chain-u', 'event')).filter(({ type }) => type === 'track');
    expect(opened).toHaveLength(4);
  });
});
