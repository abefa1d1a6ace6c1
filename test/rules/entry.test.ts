import fc from 'fast-check';
import { days, hours, minutes } from '../../catalog/duration';
import type { JourneyPolicy } from '../../catalog/policy';
import { decideEntry, type EntryFacts } from '../../rules/entry/decide-entry';
import { isExit, isGoal } from '../../rules/entry/endings';
import { asText } from '../../rules/entry/text';

const at = (instant: string) => new Date(`2027-${instant}Z`);
const now = at('02-02T15:00:00');

type EntryPolicy = Pick<JourneyPolicy, 'enter' | 'reentry'>;
const policy: EntryPolicy = {
  enter: { on: 'Visit Checked In', key: 'visitId', maxAge: minutes(15) },
  reentry: { after: minutes(30) },
};
const facts: EntryFacts = { paused: false, timestamp: now, receivedAt: now, key: 'V1', open: false };

const decide = (changed: Partial<EntryFacts>, other: Partial<EntryPolicy> = {}) => {
  const decision = decideEntry({ ...policy, ...other }, { ...facts, ...changed });
  return decision.enters ? 'enters' : decision.reason;
};

describe('entry', () => {
  test('a first trigger enters', () => expect(decide({})).toBe('enters'));

  test('a paused journey refuses before all else', () => {
    expect(decide({ paused: true, key: null, open: true })).toBe('paused');
  });

  test('a trigger without its key is refused', () => expect(decide({ key: null })).toBe('key_missing'));

  test.each([
    ['exactly as old as may be', '02-02T14:45:00.000', 'enters'],
    ['a millisecond older', '02-02T14:44:59.999', 'too_old'],
  ])('a trigger %s', (_, timestamp, result) => {
    expect(decide({ timestamp: at(timestamp) })).toBe(result);
  });

  test('a journey that states no age takes a trigger of any', () => {
    expect(decide({ timestamp: new Date(0) }, { enter: { on: 'Visit Checked In' } })).toBe('enters');
  });

  test('an open run refuses another', () => expect(decide({ open: true })).toBe('already_open'));

  test.each<[string, JourneyPolicy['reentry'], string]>([
    ['never', 'never', 'once'],
    ['always', 'always', 'enters'],
  ])('after a run that ended, %s', (_, reentry, result) => {
    expect(decide({ lastEndedAt: at('01-01T00:00:00') }, { reentry })).toBe(result);
  });

  test.each([
    ['exactly', '02-02T14:30:00.000', 'enters'],
    ['a millisecond less than', '02-02T14:30:00.001', 'too_soon'],
    ['a trigger that happened before the end:', '02-02T15:10:00.000', 'too_soon'],
  ])('%s the time between', (_, lastEndedAt, result) => {
    expect(decide({ lastEndedAt: at(lastEndedAt) })).toBe(result);
  });

  test('the time between goes by when the trigger happened, not by when it arrived', () => {
    const lastEndedAt = at('02-02T14:25:00');
    expect(decide({ lastEndedAt, timestamp: at('02-02T14:54:59') })).toBe('too_soon');
  });

  test('ninety days between are ninety times 86,400 seconds, whatever the clocks do', () => {
    const lastEndedAt = at('03-08T17:30:00');
    const reentry = { after: days(90) };
    const enter = { stage: 'inactive' } as const;
    const stage = (timestamp: Date) =>
      decide({ lastEndedAt, timestamp, receivedAt: timestamp, key: '' }, { reentry, enter });
    expect(stage(at('06-06T17:29:59'))).toBe('too_soon');
    expect(stage(at('06-06T17:30:00'))).toBe('enters');
  });

  test('of several refusals the first in their order is given', () => {
    const all = { key: null, timestamp: new Date(0), open: true, lastEndedAt: now };
    expect(decide(all)).toBe('key_missing');
    expect(decide({ ...all, key: 'V1' })).toBe('too_old');
    expect(decide({ ...all, key: 'V1', timestamp: now })).toBe('already_open');
    expect(decide({ ...all, key: 'V1', timestamp: now, open: false })).toBe('too_soon');
  });
});

describe('keys and values to match', () => {
  test.each([
    [123, '123'],
    ['123', '123'],
    ['0123', '0123'],
    [1.5, '1.5'],
    [false, 'false'],
    [0, '0'],
  ])('%p is %p', (value, text) => expect(asText(value)).toBe(text));

  test.each([[''], [null], [undefined], [{}], [[1]]])('%p is none', (value) =>
    expect(asText(value)).toBeNull(),
  );

  test('numbers and their text are equal, and nothing else is', () => {
    fc.assert(fc.property(fc.integer(), (n) => expect(asText(n)).toBe(asText(String(n)))));
  });
});

describe('exit and goal', () => {
  const run = {
    triggerAt: now,
    triggerMessageId: 'm1',
    triggerProperties: { visitId: 123 },
    goalUntil: at('02-02T17:00:00'),
  };
  const event = {
    messageId: 'm2',
    name: 'Treatment Recorded',
    timestamp: now,
    properties: { visitId: '123' },
  };
  const exit = { on: 'Treatment Recorded', match: 'visitId' } as const;

  test('an event ends the run whose trigger it matches, as text', () => {
    expect(isExit(exit, run, event)).toBe(true);
    expect(isExit(exit, run, { ...event, properties: { visitId: '0123' } })).toBe(false);
  });

  test('one that lacks what is to match ends nothing, even where the trigger lacks it too', () => {
    expect(isExit(exit, { ...run, triggerProperties: {} }, { ...event, properties: {} })).toBe(false);
  });

  test('without a match any of the customer’s does', () => {
    expect(isExit({ on: 'Treatment Recorded' }, run, { ...event, properties: {} })).toBe(true);
  });

  test('one that happened before the trigger belongs to another run', () => {
    expect(isExit(exit, run, { ...event, timestamp: new Date(now.getTime() - 1) })).toBe(false);
  });

  test('the trigger does not end its own run', () => {
    expect(
      isExit({ on: 'Visit Checked In' }, run, { ...event, name: 'Visit Checked In', messageId: 'm1' }),
    ).toBe(false);
  });

  test('a journey that ends by a stage ends by no event', () => {
    expect(isExit({ stage: 'reactivated' }, run, event)).toBe(false);
  });

  test.each([
    ['at the trigger', '02-02T15:00:00.000', true],
    ['exactly at the end of the window', '02-02T17:00:00.000', true],
    ['a millisecond later', '02-02T17:00:00.001', false],
    ['before the trigger', '02-02T14:59:59.999', false],
  ])('a goal %s', (_, timestamp, counts) => {
    const goal = { on: 'Offer Redeemed', within: hours(2) } as const;
    expect(isGoal(goal, run, { ...event, name: 'Offer Redeemed', timestamp: at(timestamp) })).toBe(counts);
  });
});
