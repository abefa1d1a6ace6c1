import { estimateLines, planLines } from '../../client/cli/launch/estimate-words';
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

it('of a campaign that takes weeks the first days and the last are told', () => {
  const facts = { customers: 300_000, segmentsEach: 1, perSecond: 0.5, zone };
  const startAt = new Date('2027-02-02T13:00:00Z');
  const plan = planSending({ ...facts, startAt, quiet: { from: '21:00', to: '08:00' } });
  const lines = planLines({ perSecond: 0.5, plan }, zone);
  expect(lines.slice(0, 2)).toEqual([
    'At 0.5 segments a second that is 166 h 40 min of sending.',
    '  2027-02-02 08:00 to 2027-02-02 21:00  23,400 customers',
  ]);
  expect(lines.slice(7)).toEqual([
    '  2027-02-08 08:00 to 2027-02-08 21:00  23,400 customers',
    '  … and so on, 5 times more',
    '  2027-02-14 08:00 to 2027-02-14 18:40  19,200 customers',
    'It cannot finish within the open hours of the day it starts in.',
    "To finish within one day's open hours 6.411 segments a second are needed.",
  ]);
});
