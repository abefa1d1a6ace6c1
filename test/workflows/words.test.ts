import { eitherOf, localWords, summary } from '../../workflows/runtime/words';

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
