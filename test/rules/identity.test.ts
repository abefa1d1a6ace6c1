import fc from 'fast-check';
import { workspace } from '../../catalog/workspace';
import {
  type Identifier,
  identifierKey,
  identifiersOf,
  type Identifying,
  refusedPhones,
} from '../../rules/identity/identifiers';
import { IdentityGraph, type Resolution } from '../../rules/identity/identity-graph';
import { DEFAULT_LIMIT, limitOf, limitsProblem } from '../../rules/identity/limits';
import {
  forceTrait,
  knownSpelling,
  mergeTraits,
  setTraits,
  takeTrait,
  type TraitRecord,
} from '../../rules/identity/traits';

const keysOf = (event: Identifying) => identifiersOf(event, workspace).map(identifierKey);
const external = (type: string, id: unknown, rest: object = {}) => ({
  context: { externalIds: [{ type, id, collection: 'users', encoding: 'none', ...rest }] },
});

describe('identifiers of an event', () => {
  test('come in the order of their priority: user, phone, e-mail, then by alphabet', () => {
    const event = {
      type: 'identify',
      userId: 'u1',
      anonymousId: 'a1',
      traits: { email: 'Jane@X.org ', phone: '(212) 555-0142' },
      context: {
        device: { id: 'd1', type: 'ios', token: 't1', advertisingId: 'i1', adTrackingEnabled: true },
        integrations: { 'Google Analytics': { clientId: 'g1' } },
        externalIds: [{ type: 'card', id: 77, collection: 'users', encoding: 'none' }],
      },
    };
    expect(keysOf(event)).toEqual([
      'user_id:u1',
      'phone:+12125550142',
      'email:jane@x.org',
      'anonymous_id:a1',
      'card:77',
      'ga_client_id:g1',
      'ios.id:d1',
      'ios.idfa:i1',
      'ios.push_token:t1',
    ]);
  });

  test.each<[string, Omit<Identifying, 'type'>]>([
    ['a trait', { traits: { device_id: 'T1' } }],
    ['a trait in camel case', { traits: { deviceId: 'T1' } }],
    ['a trait of the context', { context: { traits: { device_id: 'T1' } } }],
    ['a property', { properties: { device_id: 'T1' } }],
    ['a property in camel case', { properties: { deviceId: 'T1' } }],
    ['the device of the context', { context: { device: { id: 'T1' } } }],
    ['a tablet of the context', { context: { device: { id: 'T1', type: 'tablet' } } }],
    ['an external id', external('device_id', 'T1')],
  ])('a device is found as %s', (_, event) => {
    expect(keysOf({ type: 'track', ...event })).toEqual(['device_id:T1']);
  });

  test('the same one found twice counts once', () => {
    const phone = '+1 212 555 0142';
    const event = { type: 'track', properties: { phone }, context: { traits: { phone: '2125550142' } } };
    expect(keysOf(event)).toEqual(['phone:+12125550142']);
  });

  test.each<[string, Omit<Identifying, 'type'>]>([
    ['zeros and dashes', { anonymousId: '00000000-0000-0000-0000-000000000000' }],
    ['the word null', { userId: 'null' }],
    ['the word undefined', { userId: 'Undefined' }],
    ['the word anonymous', { userId: 'ANONYMOUS' }],
    ['minus one', { userId: '-1' }],
    ['blanks', { userId: '   ' }],
    ['text too long for an index', { userId: 'x'.repeat(300) }],
    ['a toll-free number', { traits: { phone: '800-555-0199' } }],
    ['a short code', { traits: { phone: '22395' } }],
    ['an address without @', { traits: { email: 'jane' } }],
    ['an object', { traits: { phone: { home: '+12125550142' } } }],
    ['an external id of an account', external('card', '7', { collection: 'accounts' })],
    ['an external id that is encoded', external('card', '7', { encoding: 'sha256' })],
    ['an external id in upper case', external('Card', '7')],
    ['the id of a group', external('group_id', '7')],
  ])('%s identify nobody', (_, event) => {
    expect(keysOf({ type: 'track', ...event })).toEqual([]);
  });

  test('a phone that is none is told by its beginning, cut between characters', () => {
    const phone = `${'x'.repeat(63)}😀 and so on`;
    expect(refusedPhones({ type: 'identify', traits: { phone } }, workspace)).toEqual([
      `${'x'.repeat(63)}😀`,
    ]);
  });

  test('our own senders identify nobody', () => {
    const rules = { ...workspace, ownNumbers: ['+12125550142'] };
    expect(identifiersOf({ type: 'track', properties: { phone: '212 555 0142' } }, rules)).toEqual([]);
  });

  test('the traits of a group are not a person’s', () => {
    const event = { type: 'group', userId: 'u1', traits: { phone: '2125550142', email: 'office@x.org' } };
    expect(keysOf(event)).toEqual(['user_id:u1']);
  });
});

/** A graph, and who is who in it by names of the test. */
function graphOf(limits: { [type: string]: number } = workspace.identifierLimits) {
  const graph = new IdentityGraph(limits);
  let made = 0;
  const create = () => ({ profileId: `p${++made}`, createdAt: new Date(made * 1_000) });
  const parse = (text: string): Identifier => {
    const [type = '', value = ''] = text.split(':');
    return { type, value };
  };
  const order = ['user_id', 'phone', 'email'];
  const rank = ({ type }: Identifier) => (order.includes(type) ? order.indexOf(type) : order.length);
  return {
    graph,
    /** Resolves an event with these identifiers (`type:value`); `verified:` marks a phone that was. */
    say: (...names: string[]): Resolution => {
      const ids = names
        .map((name) => parse(name.replace('verified', 'phone')))
        .sort((a, b) => rank(a) - rank(b) || a.type.localeCompare(b.type));
      const phone = names.find((name) => name.startsWith('verified:'))?.slice('verified:'.length);
      return graph.resolve(
        ids,
        create,
        ids.find((one) => one.type === 'phone' && one.value === phone),
      );
    },
    owner: (name: string) => graph.ownerOf(parse(name)),
  };
}

describe('who is who', () => {
  test('nobody found: a profile is made; one found: it is theirs', () => {
    const { say, owner } = graphOf();
    expect(say('user_id:u1')).toMatchObject({ profileId: 'p1', created: true });
    expect(say('user_id:u1', 'anonymous_id:a1')).toMatchObject({ profileId: 'p1', created: false });
    expect(owner('anonymous_id:a1')).toBe('p1');
  });

  test('several found: they are one, the one created first', () => {
    const { say, owner } = graphOf();
    say('user_id:u1');
    say('anonymous_id:a1');
    say('email:x@x');
    const { profileId, merged } = say('user_id:u1', 'anonymous_id:a1', 'email:x@x');
    expect(profileId).toBe('p1');
    expect(merged.map((gone) => gone.profileId)).toEqual(['p2', 'p3']);
    expect(['anonymous_id:a1', 'email:x@x'].map(owner)).toEqual(['p1', 'p1']);
  });

  test('a conflict drops the lowest identifier of the event, which stays where it was', () => {
    const { say, owner } = graphOf();
    say('user_id:abc123', 'email:jane@x');
    const conflict = say('user_id:abc456', 'email:jane@x');
    expect(conflict).toMatchObject({
      profileId: 'p2',
      created: true,
      dropped: [{ type: 'email', value: 'jane@x', limit: 'user_id' }],
    });
    expect(owner('email:jane@x')).toBe('p1');
  });

  test('as many are dropped as it takes', () => {
    const { say } = graphOf();
    say('user_id:u1', 'anonymous_id:a1', 'device_id:d1', 'email:x@x');
    const { profileId, dropped } = say('user_id:u2', 'email:x@x', 'anonymous_id:a1', 'device_id:d1');
    expect(profileId).toBe('p2');
    expect(dropped.map(({ type }) => type)).toEqual(['device_id', 'anonymous_id', 'email']);
  });

  test('thirty patients on one tablet are thirty people, and the tablet stays with the first', () => {
    const { say, owner } = graphOf();
    const visits = Array.from({ length: 30 }, (_, n) => say(`phone:+1646555${1_000 + n}`, 'device_id:T1'));
    expect(new Set(visits.map(({ profileId }) => profileId)).size).toBe(30);
    expect(visits.flatMap(({ dropped }) => dropped).length).toBe(29);
    expect(visits.flatMap(({ merged }) => merged)).toEqual([]);
    expect(owner('device_id:T1')).toBe('p1');
  });

  test('the sixth device of a person is dropped and is nobody’s', () => {
    const { say, owner } = graphOf();
    for (let n = 1; n <= 6; n++) say('user_id:u1', `device_id:d${n}`);
    expect(owner('device_id:d5')).toBe('p1');
    expect(owner('device_id:d6')).toBeUndefined();
  });

  test('one who holds more than a limit that was lowered can still be found', () => {
    const { graph, say } = graphOf();
    graph.add({ profileId: 'old', createdAt: new Date(0) });
    for (const value of ['+12125550101', '+12125550102']) graph.attach({ type: 'phone', value }, 'old');
    graph.attach({ type: 'user_id', value: 'u1' }, 'old');
    expect(say('user_id:u1', 'phone:+12125550102')).toMatchObject({ profileId: 'old', dropped: [] });
  });

  test('no profile holds more than a thousand identifiers, whatever their types', () => {
    const { graph, say } = graphOf();
    graph.add({ profileId: 'full', createdAt: new Date(0) });
    graph.attach({ type: 'user_id', value: 'u1' }, 'full');
    for (let n = 1; n < 1_000; n++) graph.attach({ type: `t${n}`, value: 'x' }, 'full');
    expect(say('user_id:u1', 'card:7')).toMatchObject({ profileId: 'full', dropped: [{ type: 'card' }] });
  });

  describe('a verified phone', () => {
    test('that is a stranger’s without a limit in the way makes them one', () => {
      const { say } = graphOf();
      say('phone:+12125550142');
      say('anonymous_id:a7');
      expect(say('anonymous_id:a7', 'verified:+12125550142')).toMatchObject({
        profileId: 'p1',
        merged: [{ profileId: 'p2' }],
        moved: undefined,
      });
    });

    test('moves to the one who verified it, and takes nothing along', () => {
      const { say, owner } = graphOf();
      say('user_id:u1', 'phone:+16465550101', 'anonymous_id:a1');
      say('user_id:u2');
      const moved = say('user_id:u2', 'verified:+16465550101');
      expect(moved).toMatchObject({
        profileId: 'p2',
        merged: [],
        dropped: [],
        moved: { value: '+16465550101', fromProfileId: 'p1' },
      });
      expect([owner('phone:+16465550101'), owner('anonymous_id:a1')]).toEqual(['p2', 'p1']);
    });

    test('releases the number it replaces', () => {
      const { say, owner } = graphOf();
      say('user_id:u1', 'phone:+12125550101');
      const moved = say('user_id:u1', 'verified:+12125550102');
      expect(moved.released).toEqual([{ type: 'phone', value: '+12125550101' }]);
      expect(moved.attached).toEqual([{ type: 'phone', value: '+12125550102' }]);
      expect([owner('phone:+12125550101'), owner('phone:+12125550102')]).toEqual([undefined, 'p1']);
    });

    test('of somebody new moves to a profile made for them', () => {
      const { say } = graphOf();
      say('user_id:u1', 'phone:+12125550101');
      expect(say('user_id:u9', 'verified:+12125550101')).toMatchObject({
        profileId: 'p2',
        created: true,
        moved: { fromProfileId: 'p1' },
      });
    });

    test('counts before another number in its event', () => {
      const { say, owner } = graphOf();
      expect(say('user_id:u1', 'verified:+12125550101', 'phone:+12125550109')).toMatchObject({
        profileId: 'p1',
        dropped: [{ value: '+12125550109', limit: 'phone' }],
      });
      expect(owner('phone:+12125550101')).toBe('p1');
    });

    test('is not claimed by a device alone: the device is dropped', () => {
      const { say, owner } = graphOf();
      say('phone:+12125550101', 'device_id:T1');
      expect(say('verified:+12125550102', 'device_id:T1')).toMatchObject({
        profileId: 'p2',
        created: true,
        released: [],
        dropped: [{ type: 'device_id' }],
      });
      expect(owner('phone:+12125550101')).toBe('p1');
    });

    test('without anything else finds its profile as any phone does', () => {
      const { say } = graphOf();
      say('user_id:u1', 'phone:+12125550101');
      expect(say('verified:+12125550101')).toMatchObject({ profileId: 'p1', moved: undefined });
    });
  });

  test('an unverified phone never moves: it is dropped', () => {
    const { say, owner } = graphOf();
    say('user_id:u1', 'phone:+12125550101');
    say('user_id:u2');
    expect(say('user_id:u2', 'phone:+12125550101')).toMatchObject({
      profileId: 'p2',
      moved: undefined,
      dropped: [{ type: 'phone', limit: 'user_id' }],
    });
    expect(owner('phone:+12125550101')).toBe('p1');
  });

  const name = fc.oneof(
    fc.record({ type: fc.constantFrom('user_id', 'phone'), value: fc.constantFrom('1', '2', '3') }),
    fc.record({
      type: fc.constantFrom('email', 'anonymous_id', 'device_id'),
      value: fc.constantFrom('1', '2', '3', '4'),
    }),
  );
  const event = fc.uniqueArray(
    name.map(({ type, value }) => `${type}:${value}`),
    { minLength: 1, maxLength: 4 },
  );

  test('whatever comes, no limit breaks and each identifier is one profile’s at most', () => {
    const verifiable = fc.tuple(event, fc.boolean()).map(([ids, verifies]) => {
      const phone = ids.findIndex((id) => id.startsWith('phone:'));
      return verifies && phone >= 0 ? ids.with(phone, ids[phone]?.replace('phone', 'verified') ?? '') : ids;
    });
    fc.assert(
      fc.property(fc.array(verifiable, { maxLength: 40 }), (events) => {
        const { graph, say, owner } = graphOf({ user_id: 1, phone: 1, email: 2 });
        const live = new Set<string>();
        for (const ids of events) {
          const { profileId, merged } = say(...ids);
          live.add(profileId);
          for (const gone of merged) live.delete(gone.profileId);
          // What was verified is theirs; else, at least, the identifier of highest priority.
          const verified = ids.find((id) => id.startsWith('verified:'))?.replace('verified', 'phone');
          expect(owner(verified ?? [...ids].sort(byRank)[0] ?? '')).toBe(profileId);
        }
        for (const profileId of live) {
          for (const [type, limit] of [
            ['user_id', 1],
            ['phone', 1],
            ['email', 2],
            ['device_id', 5],
          ] as const) {
            expect(graph.held(profileId, type).length).toBeLessThanOrEqual(limit);
            for (const value of graph.held(profileId, type))
              expect(graph.ownerOf({ type, value })).toBe(profileId);
          }
        }
      }),
    );
  });

  test('where no limit is in the way, any order of the same events gives the same people', () => {
    const events = fc.array(
      fc.uniqueArray(fc.constantFrom('a:1', 'a:2', 'b:1', 'b:2', 'c:1', 'c:2', 'd:1'), {
        minLength: 1,
        maxLength: 3,
      }),
      { maxLength: 12 },
    );
    const shuffled = events.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
      ),
    );
    const peopleOf = (list: readonly string[][]) => {
      const { say, owner } = graphOf({});
      for (const ids of list) say(...ids);
      const people = new Map<string, string[]>();
      for (const id of [...new Set(list.flat())].sort()) {
        const profile = owner(id) ?? '';
        people.set(profile, [...(people.get(profile) ?? []), id]);
      }
      return [...people.values()];
    };
    fc.assert(fc.property(shuffled, ([one, other]) => expect(peopleOf(other)).toEqual(peopleOf(one))));
  });
});

function byRank(a: string, b: string): number {
  const order = ['user_id', 'phone', 'email', 'anonymous_id', 'device_id'];
  const rank = (id: string) => order.findIndex((type) => id.startsWith(`${type}:`));
  return rank(a) - rank(b);
}

describe('limits', () => {
  test('more than one phone a profile is refused', () => {
    expect(limitsProblem({ phone: 2 })).toMatch(/limit of phone must be 1, not 2/);
  });

  test('so is forgetting the phone, which would have five', () => {
    expect(limitsProblem({ user_id: 1 })).toMatch(/limit of phone must be 1/);
  });

  test('a type that a sender calls `constructor` has the limit of any other', () => {
    expect(limitOf('constructor', workspace.identifierLimits)).toBe(DEFAULT_LIMIT);
  });

  test.each([0, 1.5, -1, Number.NaN])('%p is no limit', (limit) => {
    expect(limitsProblem({ phone: 1, card: limit })).toMatch(/limit of card/);
  });

  test('those of the workspace are fine', () =>
    expect(limitsProblem(workspace.identifierLimits)).toBeUndefined());
});

describe('traits', () => {
  const none: TraitRecord = { traits: {}, times: {} };
  const [early, late] = [new Date('2027-02-01T00:00:00Z'), new Date('2027-02-02T00:00:00Z')];

  test('the newer value stands, whichever came first', () => {
    const one = setTraits(setTraits(none, { plan: 'gold' }, early), { plan: 'basic' }, late);
    const other = setTraits(setTraits(none, { plan: 'basic' }, late), { plan: 'gold' }, early);
    expect(one.traits).toEqual({ plan: 'basic' });
    expect(other).toEqual(one);
  });

  test('null deletes, and an older value does not come back; empty text is a value', () => {
    const deleted = setTraits(
      setTraits(none, { plan: 'gold', city: 'Natal' }, early),
      { plan: null, city: '' },
      late,
    );
    expect(deleted.traits).toEqual({ city: '' });
    expect(setTraits(deleted, { plan: 'gold' }, early).traits).toEqual({ city: '' });
  });

  test('of two records the newer of each stands, deletions too', () => {
    const one = setTraits(setTraits(none, { plan: 'gold', city: 'Natal' }, early), { city: null }, late);
    const other = setTraits(setTraits(none, { plan: 'basic' }, late), { city: 'Recife' }, early);
    expect(mergeTraits(one, other).traits).toEqual({ plan: 'basic' });
    expect(mergeTraits(other, one)).toEqual(mergeTraits(one, other));
  });

  test('merging is the same in any grouping', () => {
    const record = fc
      .array(
        fc.record({
          name: fc.constantFrom('a', 'b', 'constructor', '__proto__'),
          value: fc.constantFrom(null, 1, 2),
          at: fc.integer({ min: 1, max: 50 }),
        }),
      )
      .map((sets) =>
        sets.reduce(
          (made, { name: trait, value, at }) => setTraits(made, pair(trait, value), new Date(at)),
          none,
        ),
      );
    fc.assert(
      fc.property(record, record, record, (a, b, c) =>
        expect(mergeTraits(mergeTraits(a, b), c)).toEqual(mergeTraits(a, mergeTraits(b, c))),
      ),
    );
  });

  test('names that objects have anyway are traits like others', () => {
    const odd = setTraits(none, JSON.parse('{"__proto__": 1, "constructor": 2}'), early);
    expect(Object.entries(odd.traits)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    expect(({} as { plan?: unknown }).plan).toBeUndefined();
  });

  test('one that follows from what is known is set whatever the times say', () => {
    const record = forceTrait(setTraits(none, { phone: '+12125550101' }, late), 'phone', null, early);
    expect(record.traits).toEqual({});
    expect(record.times.phone).toBe(late.toISOString());
  });

  test('one can be taken from another record, its deletion too', () => {
    const [mine, theirs] = [
      setTraits(none, { phone: '1', plan: 'gold' }, late),
      setTraits(none, { phone: '2' }, early),
    ];
    expect(takeTrait(mine, 'phone', theirs)).toEqual({
      traits: { phone: '2', plan: 'gold' },
      times: { phone: early.toISOString(), plan: late.toISOString() },
    });
    expect(takeTrait(mine, 'phone', setTraits(theirs, { phone: null }, late)).traits).toEqual({
      plan: 'gold',
    });
    expect(takeTrait(mine, 'phone', none)).toEqual(setTraits(none, { plan: 'gold' }, late));
  });

  test('those with a meaning are known in snake case', () => {
    expect(knownSpelling({ first_name: 'Anna', favorite_color: 'red' })).toEqual({
      firstName: 'Anna',
      favorite_color: 'red',
    });
  });
});

function pair(name: string, value: unknown): { [name: string]: unknown } {
  return Object.defineProperty({}, name, { value, enumerable: true });
}
