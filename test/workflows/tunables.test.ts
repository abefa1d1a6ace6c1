import { days, hours, minutes, seconds, within } from 'jornada';

describe('a value that may be tuned', () => {
  it('is what it is set to, its bounds included', () => {
    expect(within(minutes(90), { least: minutes(15), most: hours(2) })).toEqual(minutes(90));
    expect(within(minutes(15), { least: minutes(15), most: hours(2) })).toEqual(minutes(15));
    expect(within(25, { least: 5, most: 25 })).toBe(25);
  });

  it.each([
    [
      () => within(hours(3), { least: minutes(15), most: hours(2) }),
      'hours(3) and may be minutes(15) to hours(2)',
    ],
    [() => within(days(8), { least: hours(1), most: days(7) }), 'days(8) and may be hours(1) to days(7)'],
    [
      () => within(seconds(5), { least: seconds(90), most: hours(1) }),
      'seconds(5) and may be seconds(90) to hours(1)',
    ],
    [() => within(4, { least: 5, most: 25 }), '4 and may be 5 to 25'],
    [() => within(Number.NaN, { least: 5, most: 25 }), 'NaN and may be 5 to 25'],
    [() => within(7, { least: 9, most: 5 }), '7 and may be 9 to 5'],
  ])('is refused out of them (%#)', (declare, says) => {
    expect(declare).toThrow(
      `JOURNEY_BAD_TUNABLE: A value that may be tuned is ${says}: set it within them, or have other bounds reviewed.`,
    );
  });
});
