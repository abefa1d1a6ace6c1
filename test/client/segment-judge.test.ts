import fc from 'fast-check';
import { z } from 'zod';
import { event } from '../../catalog/define';
import { events } from '../../catalog/events';
import { workspace } from '../../catalog/workspace';
import { readInstant } from '../../client/segment/instants';
import { type CallTerms, judgeEvent } from '../../client/segment/judge-event';
import { parseCall } from '../../client/segment/parse-call';
import type { TrackingPlan } from '../../client/segment/tracking-plan';

const app = { name: 'app', storeUnplanned: false };

function judge(raw: unknown, terms: Partial<CallTerms> = {}, plan: TrackingPlan = events) {
  return judgeEvent(raw, { source: app, ...terms }, { plan, identifiers: workspace });
}

/** The violations of an event that is set aside. */
function violations(raw: unknown, terms: Partial<CallTerms> = {}, plan: TrackingPlan = events) {
  const judgement = judge(raw, terms, plan);
  if (judgement.verdict !== 'quarantined')
    throw new Error(`Expected a quarantined event, got ${judgement.verdict}`);
  return judgement.row.violations;
}

function accepted(raw: unknown, terms: Partial<CallTerms> = {}) {
  const judgement = judge(raw, terms);
  if (judgement.verdict !== 'accepted') throw new Error(JSON.stringify(judgement));
  return judgement;
}

const checkIn = (properties: object) => ({
  type: 'track',
  event: 'Visit Checked In',
  userId: 'u1',
  messageId: 'm1',
  properties,
});

describe('consent that an identify tells', () => {
  const told = (list: unknown, name = 'messaging_subscriptions') => ({
    type: 'identify',
    userId: 'u1',
    messageId: 'm1',
    context: { [name]: list },
  });
  const key = '+12125550142';

  it.each([
    [[{ key, type: 'SMS', status: 'SUBSCRIBED', groups: [{ name: 'offers', status: 'unsubscribed' }] }]],
    [[{ key, type: 'sms', groups: [{ name: 'offers', status: 'DID_NOT_SUBSCRIBE' }] }]],
    [[{ key: 12_125_550_142, type: 'WhatsApp', status: 'unsubscribed', groups: null }]],
    [[{ key: 'token', type: 'IOS_PUSH', status: 'whatever' }]],
    [[{ key: null, type: 'SMS', status: 'SUBSCRIBED' }]],
    [[]],
    [null],
  ])('is taken as %j', (list) => {
    for (const name of ['messaging_subscriptions', 'messagingSubscriptions']) {
      expect(judge(told(list, name)).verdict).toBe('accepted');
    }
  });

  it.each([
    ['SMS', '', 'type'],
    [[null], '.0', 'type'],
    [[{ key, status: 'SUBSCRIBED' }], '.0.type', 'required'],
    [[{ key, type: 'SMS' }], '.0.status', 'required'],
    [[{ key, type: 'SMS', groups: [] }], '.0.status', 'required'],
    [[{ key, type: 'SMS', status: 'MAYBE' }], '.0.status', 'type'],
    [[{ key, type: 'SMS', status: true }], '.0.status', 'type'],
    [[{ key, type: 'SMS', status: 'SUBSCRIBED', groups: 'offers' }], '.0.groups', 'type'],
    [[{ key, type: 'SMS', status: 'SUBSCRIBED', groups: ['offers'] }], '.0.groups.0', 'type'],
    [[{ key, type: 'SMS', groups: [{ status: 'SUBSCRIBED' }] }], '.0.groups.0.name', 'required'],
    [[{ key, type: 'SMS', groups: [{ name: 'offers', status: 'NO' }] }], '.0.groups.0.status', 'type'],
  ])('is set aside, not passed over: %j', (list, place, code) => {
    expect(violations(told(list))).toMatchObject([{ path: `context.messaging_subscriptions${place}`, code }]);
    expect(violations(told(list, 'messagingSubscriptions'))).toMatchObject([
      { path: `context.messagingSubscriptions${place}`, code },
    ]);
    expect(judge({ ...told(list), type: 'track', event: 'App Opened' }).verdict).toBe('accepted');
  });
});

describe('consent that is withdrawn', () => {
  const withdrawn = { key: '+12125550142', type: 'SMS', status: 'UNSUBSCRIBED' };

  it.each([
    [[withdrawn, { key: 'ana@example.com', type: 'EMAIL' }]],
    [[{ ...withdrawn, groups: 'offers' }, 5]],
    [[{ ...withdrawn, status: 'MAYBE', groups: [{ name: 'offers', status: 'unsubscribed' }] }]],
  ])('is heard, whatever else is wrong: %j', (list) => {
    const event = { type: 'identify', userId: 'u1', context: { messaging_subscriptions: list } };
    expect(judge(event).verdict).toBe('accepted');
  });
});

describe('a planned event', () => {
  it('is accepted with what the plan does not name kept', () => {
    const { event: taken, keys } = accepted(checkIn({ visitId: 5, providerId: 'P7', desk: { floor: 2 } }));
    expect(taken).toEqual({
      type: 'track',
      name: 'Visit Checked In',
      userId: 'u1',
      messageId: 'm1',
      properties: { visitId: 5, providerId: 'P7', desk: { floor: 2 } },
      context: {},
      source: 'app',
      eventVersion: 1,
    });
    expect(keys).toEqual(['user_id:u1']);
  });

  it('without a required property names it', () => {
    expect(violations(checkIn({ visitId: 'V2' }))).toEqual([
      { path: 'properties.providerId', code: 'required', message: 'required: providerId' },
    ]);
  });

  it('with properties of wrong types tells the type that came and never the value', () => {
    const secret = '+12125550142';
    expect(violations(checkIn({ visitId: { secret }, providerId: [secret] }))).toEqual([
      { path: 'properties.visitId', code: 'type', message: 'expected text or number, got object' },
      { path: 'properties.providerId', code: 'type', message: 'expected text or number, got list' },
    ]);
    const phone = {
      type: 'track',
      event: 'Phone Verified',
      userId: 'u1',
      properties: { phone: 12125550142 },
    };
    expect(violations(phone)).toEqual([
      { path: 'properties.phone', code: 'type', message: 'expected text, got number' },
    ]);
  });

  it('with null for a required property is of a wrong type', () => {
    expect(violations(checkIn({ visitId: null, providerId: 'P' }))).toMatchObject([{ code: 'type' }]);
  });

  it('with text that is no instant says what was expected', () => {
    const booked = { type: 'track', event: 'Appointment Booked', userId: 'u1' };
    for (const startsAt of ['tomorrow', '2027-03-02', '2027-03-02T15:00:00']) {
      expect(violations({ ...booked, properties: { appointmentId: 'A1', startsAt } })).toEqual([
        {
          path: 'properties.startsAt',
          code: 'type',
          message: 'expected an ISO 8601 instant with its offset, got text',
        },
      ]);
    }
    accepted({ ...booked, properties: { appointmentId: 'A1', startsAt: '2027-03-02T10:00:00-05:00' } });
  });

  it('names a place deep inside, and every kind of rule in words', () => {
    const plan = {
      Ordered: event(
        z.looseObject({
          items: z.array(z.object({ sku: z.string() })),
          size: z.enum(['s', 'm']),
          count: z.number().int().min(1).max(5).optional(),
        }),
      ),
    };
    const ordered = { type: 'track', event: 'Ordered', userId: 'u1' };
    const given = { items: [{ sku: 'a' }, {}], size: 'xl', count: 9 };
    expect(violations({ ...ordered, properties: given }, {}, plan)).toEqual([
      { path: 'properties.items.1.sku', code: 'required', message: 'required: sku' },
      { path: 'properties.size', code: 'type', message: 'expected one of s, m, got text' },
      { path: 'properties.count', code: 'type', message: 'expected number of at most 5, got number' },
    ]);
  });

  it('lists at most twenty violations', () => {
    const plan = { Listed: event(z.looseObject({ items: z.array(z.number()) })) };
    const listed = {
      type: 'track',
      event: 'Listed',
      userId: 'u1',
      properties: { items: Array(100).fill('x') },
    };
    expect(violations(listed, {}, plan)).toHaveLength(20);
  });
});

describe('the version of an event', () => {
  const searched = (event_version: unknown, properties: object = {}) => ({
    type: 'track',
    event: 'Provider Searched',
    userId: 'u1',
    properties,
    context: { protocols: { event_version } },
  });

  it('is the declared default when it states none', () => {
    expect(accepted(searched(undefined)).event.eventVersion).toBe(1);
    expect(accepted(searched(null)).event.eventVersion).toBe(1);
    expect(accepted({ ...searched(1), context: {} }).event.eventVersion).toBe(1);
  });

  it('is the one it states, and it is judged by no other', () => {
    expect(accepted(searched(2, { specialty: 'dental' })).event.eventVersion).toBe(2);
    expect(violations(searched(2))).toEqual([
      { path: 'properties.specialty', code: 'required', message: 'required: specialty' },
    ]);
  });

  it.each([3, 0, 1.5, -1, '2', true, { major: 1 }, [1]])('is refused when it is %j', (version) => {
    expect(violations(searched(version))).toMatchObject([
      { path: 'context.protocols.event_version', code: 'version' },
    ]);
  });
});

describe('an event that is not in the plan', () => {
  const unplanned = { type: 'track', event: 'Coffee Ordered', userId: 'u1' };

  it('is set aside', () => {
    expect(violations(unplanned)).toMatchObject([{ path: 'event', code: 'unknown_event' }]);
    expect(violations({ ...unplanned, event: 'visit checked in' })).toMatchObject([
      { code: 'unknown_event' },
    ]);
    expect(violations({ ...unplanned, event: 'constructor' })).toMatchObject([{ code: 'unknown_event' }]);
  });

  it('is stored where the source is set to', () => {
    const { event: taken } = accepted(unplanned, { source: { name: 'cafe', storeUnplanned: true } });
    expect(taken).toMatchObject({ name: 'Coffee Ordered', source: 'cafe' });
    expect(taken.eventVersion).toBeUndefined();
  });

  it('is refused from every source when it is one that only Jornada makes', () => {
    const forged = { ...unplanned, event: 'Lifecycle Stage Changed', properties: { to: 'inactive' } };
    for (const storeUnplanned of [false, true]) {
      expect(violations(forged, { source: { name: 'app', storeUnplanned } })).toMatchObject([
        { code: 'unknown_event' },
      ]);
    }
  });
});

describe('the shape of a call', () => {
  const valid = { userId: 'u1' };

  it.each([
    ['an unknown type', { ...valid, type: 'buy' }, 'type', 'type'],
    ['no type', valid, 'type', 'required'],
    ['a track without its event', { ...valid, type: 'track' }, 'event', 'required'],
    ['a track with an empty event', { ...valid, type: 'track', event: '' }, 'event', 'required'],
    ['a track whose event is a number', { ...valid, type: 'track', event: 5 }, 'event', 'type'],
    ['a group without its id', { ...valid, type: 'group' }, 'groupId', 'required'],
    ['an alias without the previous id', { ...valid, type: 'alias' }, 'previousId', 'required'],
    ['a userId that is a number', { type: 'identify', userId: 5 }, 'userId', 'type'],
    ['an anonymousId that is an object', { type: 'identify', anonymousId: {} }, 'anonymousId', 'type'],
    ['traits that are a list', { ...valid, type: 'identify', traits: [] }, 'traits', 'type'],
    ['properties that are text', { ...valid, type: 'page', properties: 'x' }, 'properties', 'type'],
    ['a context that is text', { ...valid, type: 'page', context: 'x' }, 'context', 'type'],
    ['a name that is a number', { ...valid, type: 'screen', name: 5 }, 'name', 'type'],
    ['a category that is a list', { ...valid, type: 'page', category: [] }, 'category', 'type'],
    ['a timestamp that is a number', { ...valid, type: 'page', timestamp: 1 }, 'timestamp', 'type'],
    ['a timestamp in words', { ...valid, type: 'page', timestamp: 'noon' }, 'timestamp', 'type'],
    ['a messageId that is a number', { ...valid, type: 'page', messageId: 7 }, 'messageId', 'type'],
    ['a messageId too long', { ...valid, type: 'page', messageId: 'x'.repeat(101) }, 'messageId', 'type'],
  ])('with %s is set aside', (_name, raw, path, code) => {
    expect(violations(raw)).toMatchObject([{ path, code }]);
  });

  it.each([null, 5, 'text', true, [], [{ type: 'identify' }]])('that is %j is set aside', (raw) => {
    expect(violations(raw)).toMatchObject([{ path: '', code: 'type' }]);
  });

  it('tells everything that is wrong at once', () => {
    const codes = violations({ type: 'track', userId: 5, timestamp: 'x' }).map(({ path }) => path);
    expect(codes.sort()).toEqual(['event', 'timestamp', 'userId']);
  });

  it('takes null for absent, as browsers send it', () => {
    const raw = {
      type: 'page',
      userId: null,
      anonymousId: 'a1',
      name: null,
      properties: null,
      context: null,
    };
    expect(accepted(raw).event).toMatchObject({
      type: 'page',
      anonymousId: 'a1',
      properties: {},
      context: {},
    });
  });

  it('leaves the traits of an identify and the properties of a page where they were', () => {
    expect(accepted({ type: 'identify', userId: 'u', traits: { firstName: 'Ana' } }).event.traits).toEqual({
      firstName: 'Ana',
    });
    expect(
      accepted({ type: 'page', userId: 'u', name: 'Home', properties: { path: '/' } }).event,
    ).toMatchObject({
      name: 'Home',
      properties: { path: '/' },
    });
  });
});

describe('whose event it is', () => {
  const opened = { type: 'track', event: 'App Opened' };

  it.each([
    ['nothing', {}],
    ['empty ids', { userId: '', anonymousId: '' }],
    ['a value that identifies nobody', { userId: 'null', anonymousId: '0000' }],
    ['a phone number that is none', { context: { traits: { phone: '12' } } }],
    ['the phone of a group', { type: 'group', groupId: 'g1', traits: { phone: '+12125550142' } }],
  ])('cannot be told from %s', (_name, ids) => {
    expect(violations({ ...opened, ...ids })).toMatchObject([{ path: '', code: 'no_identity' }]);
  });

  it.each([
    ['userId', { userId: 'u1' }, 'user_id:u1'],
    ['anonymousId', { anonymousId: 'a1' }, 'anonymous_id:a1'],
    [
      'a phone in the traits of its context',
      { context: { traits: { phone: '(212) 555-0142' } } },
      'phone:+12125550142',
    ],
    ['a phone in its properties', { properties: { phone: '+12125550142' } }, 'phone:+12125550142'],
    [
      'an external id',
      {
        context: {
          externalIds: [{ type: 'phone', id: '212-555-0142', collection: 'users', encoding: 'none' }],
        },
      },
      'phone:+12125550142',
    ],
  ])('is told by %s alone', (_name, ids, key) => {
    expect(accepted({ ...opened, ...ids }).keys).toEqual([key]);
  });
});

describe('size', () => {
  /** An identify that takes exactly so many bytes as JSON. */
  function sized(bytes: number) {
    const raw = { type: 'identify', userId: 'u1', traits: { note: '' } };
    raw.traits.note = 'x'.repeat(bytes - JSON.stringify(raw).length);
    return raw;
  }

  it('may be 32,768 bytes and not one more', () => {
    expect(judge(sized(32_768)).verdict).toBe('accepted');
    expect(judge({ ...sized(32_769), messageId: undefined })).toEqual({
      verdict: 'refused',
      code: 'event_too_large',
      message: 'expected at most 32768 bytes as JSON, got 32769',
    });
  });

  it('is counted in bytes, not characters', () => {
    const raw = { type: 'identify', userId: 'u1', traits: { note: 'ã'.repeat(17_000) } };
    expect(judge(raw)).toMatchObject({ verdict: 'refused', code: 'event_too_large' });
  });

  it('counts the context that the call states for all', () => {
    const context = { note: 'x'.repeat(20_000) };
    expect(judge(sized(20_000), { context })).toMatchObject({ verdict: 'refused', code: 'event_too_large' });
  });

  it('is bounded in depth, which JSON and databases are not made for', () => {
    const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as unknown;
    const identify = { type: 'identify', userId: 'u1', messageId: 'm9' };
    expect(judge({ ...identify, traits: { deep: nested(98) } }).verdict).toBe('accepted');
    for (const levels of [99, 1_000, 16_000]) {
      expect(judge({ ...identify, traits: { deep: nested(levels) } })).toMatchObject({
        verdict: 'refused',
        code: 'event_too_deep',
        messageId: 'm9',
      });
    }
  });
});

describe('a message id', () => {
  const ofRow = (raw: object) => {
    const judgement = judge(raw);
    if (judgement.verdict === 'refused') throw new Error('refused');
    return judgement.row.messageId;
  };

  it('is made where there is none, another each time', () => {
    const raw = { type: 'identify', userId: 'u1' };
    expect(accepted(raw).event.messageId).toMatch(/^made-/);
    expect(ofRow(raw)).not.toBe(ofRow(raw));
  });

  it('that cannot be used is replaced by the same one at each attempt', () => {
    const raw = { type: 'identify', userId: 'u1', messageId: 'x'.repeat(101) };
    const first = ofRow({ ...raw, sentAt: '2027-02-02T10:00:00Z' });
    expect(ofRow({ ...raw, sentAt: '2027-02-02T10:00:09Z' })).toBe(first);
    expect(ofRow({ ...raw, userId: 'u2' })).not.toBe(first);
    expect(first.length).toBeLessThanOrEqual(100);
  });

  it('may have a hundred characters', () => {
    const messageId = 'x'.repeat(100);
    expect(accepted({ type: 'identify', userId: 'u1', messageId }).event.messageId).toBe(messageId);
  });
});

describe('what a call states for all its events', () => {
  const page = { type: 'page', userId: 'u1' };

  it('is the context under that of the event', () => {
    const context = { locale: 'en', app: { name: 'web' } };
    const taken = accepted({ ...page, context: { locale: 'pt-BR' } }, { context }).event;
    expect(taken.context).toEqual({ locale: 'pt-BR', app: { name: 'web' } });
  });

  it('is when it was sent, unless the event says it itself', () => {
    const sentAt = '2027-02-02T10:05:00Z';
    expect(accepted(page, { sentAt }).event.sentAt).toEqual(new Date(sentAt));
    const own = { ...page, sentAt: '2027-02-02T10:06:00Z' };
    expect(accepted(own, { sentAt }).event.sentAt).toEqual(new Date(own.sentAt));
    expect(accepted({ ...page, sentAt: 'now' }, { sentAt }).event.sentAt).toEqual(new Date(sentAt));
    expect(accepted(page, { sentAt: 5 }).event.sentAt).toBeUndefined();
  });

  it('is never the write key', () => {
    const { row } = accepted({ ...page, writeKey: 'secret' });
    expect(JSON.stringify(row)).not.toContain('secret');
  });
});

describe('an instant', () => {
  it.each([
    ['2027-02-02T10:00:00Z', '2027-02-02T10:00:00.000Z'],
    ['2027-02-02T10:00:00.123456Z', '2027-02-02T10:00:00.123Z'],
    ['2027-02-02T10:00:00.5-05:00', '2027-02-02T15:00:00.500Z'],
    ['2027-02-02T10:00:00+0530', '2027-02-02T04:30:00.000Z'],
    ['2027-02-02 10:00:00', '2027-02-02T10:00:00.000Z'],
    ['2027-02-02T10:00', '2027-02-02T10:00:00.000Z'],
    ['2027-02-02', '2027-02-02T00:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['2099-12-31T23:59:60Z', '2100-01-01T00:00:00.000Z'],
  ])('is read from %s', (text, expected) => {
    expect(new Date(readInstant(text) ?? Number.NaN).toISOString()).toBe(expected);
  });

  it.each([
    '',
    'now',
    '12:00',
    '2027-13-01',
    '2027-02-30T00:00:00Z',
    '2027-02-02T25:00:00Z',
    '0000-01-01',
    5,
    null,
  ])('is not read from %j', (text) => {
    expect(readInstant(text)).toBeUndefined();
  });

  it('is the one that any date was written from', () => {
    const years = {
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    };
    fc.assert(fc.property(fc.date(years), (date) => readInstant(date.toISOString()) === date.getTime()));
  });
});

describe('a body', () => {
  it.each(['', 'x', '{', '[]', '5', '"x"', 'null', '{"batch":1', '{"batch":[}'])(
    'that is %j is malformed',
    (text) => {
      expect(parseCall('batch', text)).toEqual({ ok: false, message: 'malformed JSON' });
    },
  );

  it('may begin with a byte order mark', () => {
    expect(parseCall('page', '\uFEFF{"userId":"u1"}')).toMatchObject({ ok: true });
  });

  it.each([['{}'], ['{"batch":{}}'], ['{"batch":null}'], ['{"batch":[]}']])(
    'needs a batch of events, not %s',
    (text) => {
      expect(parseCall('batch', text)).toMatchObject({ ok: false });
    },
  );

  it('has 2,500 events and not one more', () => {
    const body = (events: number) => JSON.stringify({ batch: Array(events).fill({}) });
    expect(parseCall('batch', body(2_500))).toMatchObject({ ok: true });
    expect(parseCall('batch', body(2_501))).toEqual({
      ok: false,
      message: 'a batch has at most 2500 events, this one 2501',
    });
  });

  it('is of the type of its route, whatever it says', () => {
    expect(parseCall('track', '{"type":"identify"}')).toMatchObject({ call: { items: [{ type: 'track' }] } });
  });

  it('is rid of what Postgres cannot store, in names and values', () => {
    const parsed = parseCall('identify', '{"traits":{"a\\u0000b":["\\ud800x","\\ud83d\\ude00","\\u0000"]}}');
    expect(parsed).toMatchObject({
      call: { items: [{ traits: { 'a\uFFFDb': ['\uFFFDx', '😀', '\uFFFD'] } }] },
    });
  });

  it('may use names that mean something to JavaScript', () => {
    const parsed = parseCall(
      'identify',
      '{"userId":"u1","traits":{"__proto__":{"admin":true},"constructor":1}}',
    );
    if (!parsed.ok) throw new Error(parsed.message);
    const { traits } = accepted(parsed.call.items[0]).event;
    expect(JSON.stringify(traits)).toBe('{"__proto__":{"admin":true},"constructor":1}');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('of any JSON is judged without an exception', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.constantFrom('batch', 'track', 'identify', 'alias' as const),
        (text, route) => {
          const parsed = parseCall(route as 'track', text);
          if (parsed.ok) for (const raw of parsed.call.items) judge(raw);
        },
      ),
    );
    const part = fc.anything({ withNullPrototype: false });
    const raw = fc.record(
      {
        type: fc.constantFrom('track', 'identify', 'group', 'page'),
        userId: part,
        event: part,
        properties: part,
        traits: part,
        context: part,
        timestamp: part,
        messageId: part,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(raw, (given) => {
        const json = JSON.stringify(given);
        judge(JSON.parse(json));
      }),
    );
  });
});
