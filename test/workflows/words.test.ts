import { eitherOf, localWords, summary, targetWords } from '../../workflows/runtime/words';

describe('what operators read', () => {
  const now = Date.parse('2027-02-02T19:33:00Z');

  it.each([
    ['2027-02-02T21:03:00Z', 'America/New_York', '16:03 New York time'],
    ['2027-02-03T05:00:00Z', 'America/New_York', '00:00 on 3 Feb 2027, New York time'],
    ['2027-02-02T21:03:00Z', 'Asia/Tokyo', '06:03 Tokyo time'],
    ['2028-02-02T21:03:00Z', 'America/Argentina/Buenos_Aires', '18:03 on 2 Feb 2028, Buenos Aires time'],
    ['2027-02-02T21:03:00Z', 'UTC', '21:03 UTC'],
    ['2027-02-02T21:03:00Z', 'Mars/Olympus_Mons', '21:03 UTC'],
  ])('%s in %s is %s', (at, zone, words) => {
    expect(localWords(Date.parse(at), now, zone)).toBe(words);
  });

  it.each([
    [{ kind: 'next', from: now, time: '10:00' }, '10:00 next'],
    [{ kind: 'day', day: 2, time: '10:00' }, '10:00 on day 2'],
    [{ kind: 'date', date: '2027-12-24', time: '09:00' }, '09:00 on 2027-12-24'],
    [{ kind: 'after', from: now, days: 7 }, '7 days later'],
    [{ kind: 'before', from: now, days: 1 }, '1 day earlier'],
  ] as const)('%j is %s', (target, words) => expect(targetWords(target)).toBe(words));

  it('names several events once each', () => {
    expect(eitherOf(['Visit Checked In', 'Offer Redeemed', 'Visit Checked In'])).toBe(
      'Visit Checked In or Offer Redeemed',
    );
  });

  it('cuts a summary that Temporal would refuse', () => {
    expect(summary('x'.repeat(200))).toHaveLength(200);
    expect(summary('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`);
  });
});
