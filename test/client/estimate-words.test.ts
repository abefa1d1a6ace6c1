import { estimateLines } from '../../client/cli/launch/estimate-words';
import { planSending } from '../../rules/sending-plan';

const zone = 'America/New_York';

it('an estimate says how many, how long, until when, at what rate it would do in a day, and who is refused', () => {
  const plan = planSending({
    customers: 3_000_000,
    segmentsEach: 2,
    perSecond: 100,
    startAt: new Date('2027-02-02T13:00:00Z'),
    zone,
    quiet: { from: '21:00', to: '08:00' },
  });
  const verdicts = { send: 430, 'suppressed(consent)': 70 };
  const lines = estimateLines(
    {
      journey: 'spring',
      audience: 'everyone',
      expected: 3_000_000,
      lastEntered: 4_000,
      held: true,
      message: 'spring-1',
      segmentsEach: 2,
      perSecond: 100,
      plan,
      gate: { asked: 500, of: 3_000_000, verdicts },
    },
    zone,
  );
  expect(lines).toEqual([
    '3,000,000 in everyone would enter spring now; the last launch entered 4,000.',
    'That is more than ten times the last: it is held until somebody approves it.',
    'It sends spring-1 first, 2 segments each: 6,000,000 in all.',
    'At 100 segments a second that is 16 h 40 min of sending.',
    '  2027-02-02 08:00 to 2027-02-02 21:00  2,340,000 customers',
    '  2027-02-03 08:00 to 2027-02-03 11:40  660,000 customers',
    'It cannot finish within the open hours of the day it starts in.',
    "To finish within one day's open hours 128.3 segments a second are needed.",
    'Asked about now, of 500 of them, by chance:',
    '  send  430',
    '  suppressed(consent)  70',
  ]);
});
