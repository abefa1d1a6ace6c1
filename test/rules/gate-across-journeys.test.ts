import fc from 'fast-check';
import { days, hours } from '../../catalog/duration';
import type { FrequencyCap } from '../../catalog/sending';
import { askCap, longestCap } from '../../rules/gate/cap';
import { askGate } from '../../rules/gate/gate';
import { mergeLocks } from '../../rules/merge-locks';
import { noon, openFacts as facts } from './support/open-facts';

const after = (ms: number) => new Date(noon.getTime() + ms);
const holder = (journey: string) => ({ journey, priority: 2, since: after(-1_000), until: after(5_000) });
const declared = { priority: 3, for: days(7) };

describe('a lock', () => {
  it('is taken by the ask that ends in a send, for so many days of 86,400 seconds', () => {
    expect(askGate(facts({ lock: { declared, rivals: [] } }))).toMatchObject({
      verdict: 'send',
      takes: { priority: 3, until: new Date('2027-02-09T17:00:00Z') },
    });
  });

  it('is taken by who is held out, and by no other refusal', () => {
    const lock = { declared, rivals: [] };
    const heldOut = askGate(facts({ lock, holdout: { global: { percent: 100 }, assigned: [] } }));
    expect(heldOut).toMatchObject({ verdict: 'suppressed', reason: 'holdout', takes: { priority: 3 } });
    const cap = { ...facts().cap, caps: [perDay(1)], recent: [{ purpose: 'marketing', at: noon } as const] };
    expect(askGate(facts({ lock, cap }))).toMatchObject({ reason: 'capped', takes: undefined });
  });

  it('defers every other journey to its end, whatever its priority, and lets its own pass without beginning anew', () => {
    const first = { declared: { priority: 1, for: days(1) }, rivals: [] };
    expect(askGate(facts({ lock: { ...first, holder: holder('other') } }))).toMatchObject({
      verdict: 'deferred',
      reason: 'locked',
      until: after(5_000),
    });
    expect(askGate(facts({ lock: { ...first, holder: holder('asks') } }))).toMatchObject({
      verdict: 'send',
      takes: undefined,
    });
  });

  it('is nothing to moments and to what is transactional, which take none either', () => {
    for (const purpose of ['moment', 'transactional'] as const) {
      const lock = { declared, holder: holder('other'), rivals: [{ journey: 'a', priority: 1 }] };
      expect(askGate(facts({ purpose, lock }))).toMatchObject({ verdict: 'send', takes: undefined });
    }
  });

  it('goes to the highest priority of those who ask in one instant, in whatever order they come', () => {
    const priorities = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(priorities, fc.boolean(), (all, plain) => {
        const journeys = all.map((priority) => ({ journey: `j${priority}`, priority }));
        const asks = [...journeys, ...(plain ? [{ journey: 'plain', priority: undefined }] : [])];
        const winners = asks.filter(({ journey, priority }) => {
          const lock = {
            rivals: journeys.filter((other) => other.journey !== journey),
            ...(priority !== undefined && { declared: { priority, for: days(1) } }),
          };
          return askGate(facts({ journey, lock })).verdict === 'send';
        });
        expect(winners).toEqual([journeys.find(({ priority }) => priority === Math.min(...all))]);
      }),
    );
  });

  it('of two customers who are one stays if it was taken first; none overlaps another', () => {
    const lock = fc.record({
      from: fc.integer({ min: 0, max: 50 }),
      length: fc.integer({ min: 1, max: 20 }),
    });
    const made = (list: readonly { from: number; length: number }[], id: number) =>
      list.map(({ from, length }, at) => ({
        lockId: id + at,
        from: new Date(from),
        until: new Date(from + length),
      }));
    fc.assert(
      fc.property(fc.array(lock), fc.array(lock), (a, b) => {
        const [ours, theirs] = [made(a, 0), made(b, 1_000)];
        const { stay, overruled } = mergeLocks(ours, theirs);
        expect([...stay, ...overruled]).toHaveLength(ours.length + theirs.length);
        for (const one of stay) {
          for (const other of stay)
            if (one !== other) expect(one.until <= other.from || other.until <= one.from).toBe(true);
        }
        for (const one of overruled) {
          expect(stay.some((other) => other.from <= one.from && one.from < other.until)).toBe(true);
        }
      }),
    );
  });
});

const perDay = (most: number): FrequencyCap => ({ purpose: 'marketing', channel: 'sms', most, per: 'day' });

describe('a cap', () => {
  const caps = (
    list: readonly FrequencyCap[],
    sent: readonly Date[],
    now = noon,
    purpose = 'marketing' as const,
  ) =>
    askCap(
      facts({
        now,
        cap: {
          caps: list,
          whenFull: 'defer',
          recent: sent.map((at) => ({ purpose, at })),
          zone: 'America/New_York',
        },
      }),
    );

  it('of a day has room again at local midnight, on the days of twenty-three and twenty-five hours too', () => {
    for (const [now, midnight] of [
      ['2027-03-14T15:00:00Z', '2027-03-15T04:00:00Z'],
      ['2027-11-07T15:00:00Z', '2027-11-08T05:00:00Z'],
    ] as const) {
      expect(caps([perDay(1)], [new Date(now)], new Date(now))).toMatchObject({
        refusal: { verdict: 'deferred', until: new Date(midnight) },
      });
      expect(caps([perDay(1)], [new Date(now)], new Date(midnight)).result).toBe('passed');
    }
  });

  it('that rolls has room exactly when the send that fills it is so old', () => {
    const rolling: FrequencyCap = { ...perDay(2), per: hours(24) };
    const sent = [after(-86_400_000 + 1), after(-1_000)];
    expect(caps([rolling], sent)).toMatchObject({ refusal: { until: after(1) } });
    expect(caps([rolling], sent, after(1)).result).toBe('passed');
  });

  it('is never passed by more than it allows, whenever one comes back as told', () => {
    const cap = fc.record({
      most: fc.integer({ min: 1, max: 4 }),
      per: fc.oneof(
        fc.constant('day' as const),
        fc.integer({ min: 1, max: 72 }).map((n) => hours(n)),
      ),
    });
    fc.assert(
      fc.property(
        fc.array(cap, { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(3_600_000 * 12)),
        (list, gaps) => {
          const all = list.map((one): FrequencyCap => ({ purpose: 'marketing', channel: 'sms', ...one }));
          const sent: Date[] = [];
          let now = noon.getTime();
          for (const gap of gaps) {
            now += gap;
            for (;;) {
              const looked = sent.filter((at) => at.getTime() > now - longestCap(all));
              const answer = caps(all, looked, new Date(now));
              if (answer.result === 'passed') break;
              if (answer.refusal.verdict !== 'deferred') throw new Error('deferred, or passed');
              expect(answer.refusal.until.getTime()).toBeGreaterThan(now);
              now = answer.refusal.until.getTime();
            }
            sent.push(new Date(now));
          }
          for (const { most, per } of all) {
            if (per === 'day') continue;
            const ms = per.ms ?? 0;
            for (const [at, end] of sent.entries()) {
              const within = sent.slice(0, at + 1).filter((one) => one.getTime() > end.getTime() - ms);
              expect(within.length).toBeLessThanOrEqual(most);
            }
          }
        },
      ),
    );
  });

  it('that is full comes to what the journey says: skipped, held to the first room, or the end of the run', () => {
    const full = { caps: [perDay(1)], recent: [{ purpose: 'marketing', at: noon } as const] };
    const verdict = (whenFull: 'skip' | 'defer' | 'exit') =>
      askGate(facts({ cap: { ...full, whenFull, zone: 'America/New_York' } }));
    expect(verdict('skip')).toMatchObject({ verdict: 'suppressed', reason: 'capped', ends: false });
    expect(verdict('exit')).toMatchObject({ verdict: 'suppressed', reason: 'capped', ends: true });
    expect(verdict('defer')).toMatchObject({ verdict: 'deferred', reason: 'capped' });
  });

  it.each(['FL', 'Oklahoma'])(
    'counts marketing only; the law of %s counts moments too, and comes first',
    (region) => {
      const recent = [1, 2, 3].map((n) => ({ purpose: 'moment' as const, at: after(-n * 1_000) }));
      const cap = { caps: [perDay(1)], whenFull: 'defer' as const, recent, zone: 'America/New_York' };
      expect(askCap(facts({ cap })).result).toBe('passed');
      const quietHours = { ...facts().quietHours, region };
      for (const purpose of ['moment', 'marketing'] as const) {
        expect(askCap(facts({ cap, quietHours, purpose }))).toMatchObject({
          refusal: { verdict: 'suppressed', reason: 'legal_limit' },
        });
      }
      expect(askCap(facts({ cap, quietHours, purpose: 'transactional' })).result).toBe('passed');
      const dayAgo = [{ purpose: 'moment' as const, at: after(-86_400_000) }, ...recent.slice(1)];
      expect(askCap(facts({ cap: { ...cap, recent: dayAgo }, quietHours, purpose: 'moment' })).result).toBe(
        'passed',
      );
    },
  );
});

describe('what quiet hours hold back', () => {
  it('is given up at once where the journey says so, and waits for the opening where it does not', () => {
    const late = new Date('2027-02-03T03:00:00Z');
    const verdict = (inQuietHours: 'skip' | 'defer') =>
      askGate(facts({ now: late, quietHours: { ...facts().quietHours, inQuietHours } }));
    expect(verdict('skip')).toMatchObject({ verdict: 'suppressed', reason: 'quiet_hours', ends: false });
    expect(verdict('defer')).toMatchObject({ verdict: 'deferred', reason: 'quiet_hours' });
  });

  const night = new Date('2027-02-03T03:00:00Z');
  const opening = new Date('2027-02-03T13:00:00Z').getTime();

  it('is spread after the opening, each customer at a point of their own, where the journey says so', () => {
    const points = new Set<number>();
    for (let n = 0; n < 200; n++) {
      const quietHours = { ...facts().quietHours, spread: hours(1) };
      const verdict = askGate(facts({ now: night, customer: `c${n}`, quietHours }));
      if (verdict.verdict !== 'deferred') throw new Error('It is night.');
      const late = verdict.until.getTime() - opening;
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(3_600_000);
      points.add(late);
    }
    expect(points.size).toBeGreaterThan(150);
  });

  it('comes at the opening where its point would be quiet again', () => {
    const quietHours = { ...facts().quietHours, spread: days(2) };
    for (let n = 0; n < 50; n++) {
      const verdict = askGate(facts({ now: night, customer: `c${n}`, quietHours }));
      if (verdict.verdict !== 'deferred') throw new Error('It is night.');
      expect(askGate(facts({ now: verdict.until, quietHours })).verdict).toBe('send');
    }
  });
});

it('a turn within a second is now; a later one is waited for', () => {
  const pace = (ms: number) => ({ slot: after(ms), segmentsPerSecond: 100 });
  expect(askGate(facts({ pace: pace(1_000) })).verdict).toBe('send');
  expect(askGate(facts({ pace: pace(1_001) }))).toMatchObject({
    verdict: 'deferred',
    reason: 'paced',
    until: after(1_001),
  });
});
