import { type Command, firstDifference, firstOtherName, firstOtherWait } from '../../publishing/trace';

const send: Command = { kind: 'send', what: 'send first' };
const timer: Command = { kind: 'timer', what: 'waiting until 10:00 New York time' };

describe('what is done with something else by the same step', () => {
  it.each([
    ['send', 'send second', 'send third'],
    ['grantOffer', 'grant ten-percent', 'grant twenty-percent'],
    ['experiment', 'the arm of tone', 'the arm of color'],
    ['recordOutcome', 'outcome bought', 'outcome left'],
  ])('is told of a %s', (kind, what, other) => {
    expect(firstOtherName([send, timer, { kind, what }], [send, timer, { kind, what: other }])).toBe(
      `after “send first” it went on with “${what}”, and today's code goes on with “${other}”`,
    );
  });

  it.each<[string, Command[], Command[]]>([
    ['the same', [send, timer], [send, timer]],
    [
      'another length of a wait',
      [send, timer],
      [send, { ...timer, what: 'waiting until 11:00 New York time' }],
    ],
    ['a timer in another place', [timer, send], [send, timer]],
    [
      'another local time to reckon',
      [{ kind: 'resolveTime', what: 'when it is 10:00 next' }, send],
      [{ kind: 'resolveTime', what: 'when it is 11:00 next' }, send],
    ],
    ['more than was recorded, for the run slept', [send], [send, { kind: 'send', what: 'send second' }]],
  ])('is not told of %s', (_, recorded, today) => {
    expect(firstOtherName(recorded, today)).toBeUndefined();
  });
});

describe('a wait at the same step', () => {
  const waiting = (events: string, until = '16:03 New York time'): Command => ({
    kind: 'timer',
    what: `waiting for ${events} until ${until}`,
  });

  it('for another event is told', () => {
    expect(firstOtherWait([send, waiting('Order Completed')], [send, waiting('Cart Left')])).toBe(
      "it was waiting for Order Completed, and today's code waits for Cart Left",
    );
    expect(firstOtherWait([waiting('Cart Left'), waiting('Order Completed')], [waiting('Cart Left')])).toBe(
      "it was waiting for Order Completed, and today's code waits for no event",
    );
    expect(firstOtherWait([waiting('Cart Left')], [waiting('Cart Left or Order Completed')])).toBe(
      "it was waiting for Cart Left, and today's code waits for Cart Left or Order Completed",
    );
  });

  it.each<[string, Command[], Command[]]>([
    ['the same', [send, waiting('Cart Left')], [send, waiting('Cart Left')]],
    ['another timeout', [waiting('Cart Left')], [waiting('Cart Left', '9:00 on 3 Feb 2027, New York time')]],
    ['the events in another order', [waiting('A or B')], [waiting('B or A')]],
    ['timers that left no trace', [waiting('B')], [waiting('A'), waiting('B')]],
    ['a wait for time only', [timer], [waiting('Cart Left')]],
    ['more than was recorded, for the run slept', [waiting('A')], [waiting('A'), waiting('B')]],
  ])('is not told of %s', (_, recorded, today) => {
    expect(firstOtherWait(recorded, today)).toBeUndefined();
  });
});

describe('the first difference', () => {
  it('is told from the beginning, after a step, at a rest and where nothing more is asked for', () => {
    const other: Command = { kind: 'profile', what: 'the customer' };
    expect(firstDifference([send], [other])).toBe(
      "it began with “send first”, and today's code begins with “the customer”",
    );
    expect(firstDifference([send, timer], [send])).toBe(
      "after “send first” it went on with “waiting until 10:00 New York time”, and today's code asks for nothing more",
    );
    expect(firstDifference([send], [send, other])).toBe(
      "after “send first” it slept, and today's code goes on with “the customer”",
    );
  });
});
