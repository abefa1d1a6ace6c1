import { days } from '../../catalog/duration';
import type { Purpose } from '../../catalog/policy';
import type { Check } from '../../rules/gate/checks';
import type { GateFacts } from '../../rules/gate/facts';
import { askGate } from '../../rules/gate/gate';
import { noon, openFacts, phone } from './support/open-facts';

const night = new Date('2027-02-03T03:00:00Z');
const morning = new Date('2027-02-03T13:00:00Z');
const subscribed = {
  channel: 'sms',
  key: phone,
  topic: '',
  status: 'subscribed',
  source: 'clinic form',
  at: new Date('2027-01-05T15:00:00Z'),
} as const;

const open = openFacts({
  journey: 'monthly-news',
  consent: { channel: 'sms', address: phone, subscriptions: [subscribed], suppressions: [] },
});

const nextDay = new Date('2027-02-03T17:00:00Z');
const held = { priority: 1, since: noon, until: nextDay };

/** Facts that make each check refuse, in the gate's order. */
const refusals: [check: string, reason: string, facts: Partial<GateFacts>][] = [
  ['erased', 'erased', { erased: true }],
  ['consent', 'consent', { consent: { ...open.consent, subscriptions: [] } }],
  ['ended', 'ended', { enrollment: { status: 'exited', reason: 'exit_event' } }],
  ['lifecycle', 'stage_ended', { lifecycle: { during: 'new', stage: 'active' } }],
  ['lock', 'locked', { lock: { holder: { journey: 'other', ...held }, rivals: [] } }],
  ['holdout', 'holdout', { holdout: { global: { percent: 100 }, assigned: [] } }],
  [
    'cap',
    'capped',
    {
      cap: {
        ...open.cap,
        caps: [{ purpose: 'marketing', channel: 'sms', most: 1, per: days(1) }],
        recent: [{ purpose: 'marketing', at: noon }],
      },
    },
  ],
  ['quiet_hours', 'quiet_hours', { now: night }],
  ['pace', 'paced', { pace: { slot: nextDay, segmentsPerSecond: 100 } }],
  ['content', 'content', { content: () => ({ ok: false, locale: 'en', problem: 'empty' }) }],
];
const order = refusals.map(([check]) => check);

describe('the gate', () => {
  it('lets a message through that nothing refuses, and records every check in order', () => {
    const verdict = askGate(open);
    expect(verdict.verdict).toBe('send');
    expect(verdict.checks.map(({ check }) => check)).toEqual(order);
    expect(verdict.checks.map(({ result }) => result)).toEqual(order.map(() => 'passed'));
  });

  it.each(refusals)('stops at the first refusal: %s', (check, reason, facts) => {
    const verdict = askGate({ ...open, ...facts });
    expect(verdict).toMatchObject({ reason });
    expect(verdict.checks.map((one) => one.check)).toEqual(order.slice(0, order.indexOf(check) + 1));
    expect(verdict.checks.map((one) => one.result)).toEqual([
      ...order.slice(0, order.indexOf(check)).map(() => 'passed'),
      'refused',
    ]);
  });

  it('asks each check before those behind it', () => {
    for (let first = 0; first < refusals.length; first++) {
      const facts = Object.assign({}, open, ...refusals.slice(first).map(([, , one]) => one)) as GateFacts;
      expect(askGate(facts)).toMatchObject({ reason: refusals[first]?.[1] });
    }
  });

  it('does not render what is refused before its content is asked about', () => {
    const content = jest.fn(open.content);
    askGate({ ...open, erased: true, content });
    askGate({ ...open, now: night, content });
    expect(content).not.toHaveBeenCalled();
  });

  it('keeps the values it saw, without the number', () => {
    const { checks } = askGate({ ...open, now: night });
    expect(checks).toEqual([
      { check: 'erased', result: 'passed', saw: { erased: false } },
      {
        check: 'consent',
        result: 'passed',
        saw: {
          purpose: 'marketing',
          channel: 'sms',
          status: 'subscribed',
          source: 'clinic form',
          at: '2027-01-05T15:00:00.000Z',
        },
      },
      { check: 'ended', result: 'passed', saw: { status: 'open' } },
      { check: 'lifecycle', result: 'passed', saw: { during: null, stage: null } },
      { check: 'lock', result: 'passed', saw: { holder: null } },
      { check: 'holdout', result: 'passed', saw: { heldOut: false, asked: [] } },
      { check: 'cap', result: 'passed', saw: { caps: [] } },
      {
        check: 'quiet_hours',
        result: 'refused',
        saw: {
          local: [
            {
              zone: 'America/New_York',
              date: '2027-02-02',
              time: '22:00:00',
              open: [{ from: '08:00', to: '21:00' }],
            },
          ],
        },
      },
    ]);
    expect(JSON.stringify(checks)).not.toContain(phone);
  });

  it('defers to the end of quiet hours', () => {
    expect(askGate({ ...open, now: night })).toMatchObject({
      verdict: 'deferred',
      reason: 'quiet_hours',
      until: morning,
    });
  });

  it.each([
    ['a millisecond before its deadline', 1, 'deferred'],
    ['exactly to its deadline', 0, 'suppressed'],
    ['past its deadline', -1, 'suppressed'],
  ])('of a deferral %s: %s', (_, slack, verdict) => {
    const deadline = new Date(morning.getTime() + slack);
    expect(askGate({ ...open, now: night, deadline })).toMatchObject(
      verdict === 'suppressed' ? { verdict, reason: 'expired' } : { verdict },
    );
  });

  it('sends nothing from its deadline on', () => {
    expect(askGate({ ...open, deadline: new Date(noon.getTime() + 1) }).verdict).toBe('send');
    expect(askGate({ ...open, deadline: noon })).toMatchObject({ verdict: 'suppressed', reason: 'expired' });
  });

  it.each<[Purpose, string]>([
    ['transactional', 'send'],
    ['moment', 'deferred'],
    ['marketing', 'deferred'],
  ])('at night lets %s: %s', (purpose, verdict) => {
    expect(askGate({ ...open, now: night, purpose }).verdict).toBe(verdict);
  });

  it('lets nothing pass erasure, STOP, the end of the run or of its stage', () => {
    const stopped = {
      ...open.consent,
      suppressions: [{ channel: 'sms', address: phone, kind: 'stop', source: 'inbound', at: noon } as const],
    };
    for (const facts of [
      { erased: true },
      { consent: stopped },
      { enrollment: { status: 'converted' } },
      { lifecycle: { during: 'new' as const } },
    ]) {
      expect(askGate({ ...open, purpose: 'transactional', ...facts }).verdict).toBe('suppressed');
    }
  });

  it('asks further checks where they are put in the list', () => {
    const holdout: Check = {
      name: 'holdout',
      ask: () => ({
        result: 'refused',
        saw: { bucket: 7 },
        refusal: { verdict: 'suppressed', reason: 'ended' },
      }),
    };
    expect(askGate(open, [holdout]).checks).toEqual([
      { check: 'holdout', result: 'refused', saw: { bucket: 7 } },
    ]);
  });
});
