import { readSpan } from '../../sandbox/clock/span';

const now = new Date('2027-01-31T15:00:00Z');

describe('a span that the clock is to move by', () => {
  it.each([
    ['90 minutes', '2027-01-31T16:30:00.000Z'],
    ['1 day', '2027-02-01T15:00:00.000Z'],
    ['1.5 hours', '2027-01-31T16:30:00.000Z'],
    ['PT0S', '2027-01-31T15:00:00.000Z'],
    ['PT1M30S', '2027-01-31T15:01:30.000Z'],
    ['P2W', '2027-02-14T15:00:00.000Z'],
    ['P1DT2H', '2027-02-01T17:00:00.000Z'],
    ['P1M', '2027-02-28T15:00:00.000Z'],
    ['P1M1D', '2027-03-01T15:00:00.000Z'],
    ['P1Y', '2028-01-31T15:00:00.000Z'],
    ['P13M', '2028-02-29T15:00:00.000Z'],
    ['p10y', '2037-01-31T15:00:00.000Z'],
  ])('%s leads to %s', (span, target) => {
    expect(readSpan(span)(now).toISOString()).toBe(target);
  });

  it.each(['', 'P', 'PT', '-1 day', '3 fortnights', 'day', '1e9 days', `${'9'.repeat(400)} days`])(
    '%j is none',
    (span) => {
      expect(() => readSpan(span)).toThrow('Expected a span');
    },
  );

  it.each(['3661 days', 'P11Y', '99999999999999999 days', 'P999999999Y'])('%s is too long', (span) => {
    expect(() => readSpan(span)(now)).toThrow('ten years at most');
  });
});
