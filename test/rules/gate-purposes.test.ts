import fc from 'fast-check';
import { days } from '../../catalog/duration';
import type { Purpose } from '../../catalog/policy';
import type { GateFacts } from '../../rules/gate/facts';
import { askGate } from '../../rules/gate/gate';
import { noon, openFacts, phone } from './support/open-facts';

const night = new Date('2027-02-03T03:00:00Z');
const later = new Date('2027-02-10T17:00:00Z');
const consent = { channel: 'sms', address: phone, suppressions: [] } as const;
const said = (status: 'subscribed' | 'unsubscribed') => [
  { channel: 'sms', key: phone, topic: '', status, source: 'form', at: noon } as const,
];

const open = openFacts();

const everybody: readonly Purpose[] = ['transactional', 'moment', 'marketing'];
const texts: readonly Purpose[] = ['moment', 'marketing'];
const marketing: readonly Purpose[] = ['marketing'];

/** Whatever may stand in the way, in the order in which it is asked about, and to whom it does. */
const obstacles: readonly {
  readonly reason: string;
  readonly stops: readonly Purpose[];
  readonly put: (facts: GateFacts) => GateFacts;
}[] = [
  { reason: 'erased', stops: everybody, put: (facts) => ({ ...facts, erased: true }) },
  {
    reason: 'consent',
    stops: texts,
    put: (facts) => ({ ...facts, consent: { ...consent, subscriptions: said('unsubscribed') } }),
  },
  { reason: 'ended', stops: everybody, put: (facts) => ({ ...facts, enrollment: { status: 'completed' } }) },
  {
    reason: 'stage_ended',
    stops: everybody,
    put: (facts) => ({ ...facts, lifecycle: { during: 'new', stage: 'active' } }),
  },
  {
    reason: 'locked',
    stops: marketing,
    put: (facts) => ({
      ...facts,
      lock: { holder: { journey: 'other', priority: 9, since: noon, until: later }, rivals: [] },
    }),
  },
  {
    reason: 'holdout',
    stops: texts,
    put: (facts) => ({ ...facts, holdout: { global: { percent: 100 }, assigned: [] } }),
  },
  {
    reason: 'legal_limit',
    stops: texts,
    put: (facts) => ({
      ...facts,
      quietHours: { ...facts.quietHours, region: 'FL' },
      cap: {
        ...facts.cap,
        recent: [1, 2, 3].map((n) => ({ purpose: 'moment', at: new Date(noon.getTime() - n) })),
      },
    }),
  },
  {
    reason: 'capped',
    stops: marketing,
    put: (facts) => ({
      ...facts,
      cap: {
        ...facts.cap,
        caps: [{ purpose: 'marketing', channel: 'sms', most: 1, per: days(1) }],
        recent: [...facts.cap.recent, { purpose: 'marketing', at: new Date(noon.getTime() - 1) }],
      },
    }),
  },
  { reason: 'quiet_hours', stops: texts, put: (facts) => ({ ...facts, now: night }) },
  {
    reason: 'paced',
    stops: everybody,
    put: (facts) => ({ ...facts, pace: { slot: later, segmentsPerSecond: 1 } }),
  },
  {
    reason: 'content',
    stops: everybody,
    put: (facts) => ({ ...facts, content: () => ({ ok: false, locale: 'en', problem: 'empty' }) }),
  },
];

it.each(everybody)(
  'whatever stands in its way, %s is stopped by the first of what it does not pass',
  (purpose) => {
    for (let some = 0; some < 2 ** obstacles.length; some++) {
      const there = obstacles.filter((_, at) => some & (1 << at));
      const first = there.find(({ stops }) => stops.includes(purpose));
      const verdict = askGate(there.reduce((before, { put }) => put(before), { ...open, purpose }));
      const answer = verdict.verdict === 'send' ? 'send' : 'reason' in verdict ? verdict.reason : 'yields';
      const names = there.map(({ reason }) => reason);
      expect([names, answer]).toEqual([names, first?.reason ?? 'send']);
    }
  },
);

it('what expires is not held back past its end, wherever the customer may be and whatever law is theirs', () => {
  const QUARTER = 900_000;
  const lifetimes = fc.integer({ min: 1, max: 80 });
  const start = Date.parse('2027-01-01T00:00Z') / QUARTER;
  const at = fc.integer({ min: start, max: start + 3 * 366 * 96 }).map((n) => n * QUARTER);
  const zone = fc.constantFrom(
    'America/New_York',
    'America/Los_Angeles',
    'America/Sao_Paulo',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Europe/Lisbon',
  );
  const laws = { FL: [8, 20], CT: [9, 20], TX: [9, 21], none: [8, 21] } as const;
  const region = fc.constantFrom(...(Object.keys(laws) as (keyof typeof laws)[]));

  const isOpen = (ms: number, timeZone: string, law: keyof typeof laws) => {
    const format = { timeZone, hour: '2-digit', weekday: 'short', hourCycle: 'h23' } as const;
    const parts = new Intl.DateTimeFormat('en-US', format).formatToParts(ms);
    const part = (wanted: string) => parts.find(({ type }) => type === wanted)?.value;
    const [opens, closes] = law === 'TX' && part('weekday') === 'Sun' ? [12, 21] : laws[law];
    const hour = Number(part('hour'));
    return opens <= hour && hour < closes;
  };

  fc.assert(
    fc.property(
      at,
      lifetimes,
      zone,
      region,
      fc.constantFrom(...texts),
      (now, quarters, where, law, purpose) => {
        const deadline = now + quarters * QUARTER;
        let opening = now;
        while (!isOpen(opening, where, law)) opening += QUARTER;
        const verdict = askGate({
          ...open,
          now: new Date(now),
          purpose,
          deadline: new Date(deadline),
          quietHours: { ...open.quietHours, zones: [where], region: law },
        });
        if (opening === now) expect(verdict.verdict).toBe('send');
        else if (opening < deadline)
          expect(verdict).toMatchObject({
            verdict: 'deferred',
            reason: 'quiet_hours',
            until: new Date(opening),
          });
        else expect(verdict).toMatchObject({ verdict: 'suppressed', reason: 'expired' });
      },
    ),
    { numRuns: 300 },
  );
});
