import type { LocalTarget as ContractTarget } from '../../workflows/runtime/contract';
import { resolveTarget } from '../../rules/time/targets';

const NY = 'America/New_York';
const LA = 'America/Los_Angeles';
const resolve = (target: ContractTarget, zone = NY, more: { dayZero?: string; startedIn?: string } = {}) =>
  new Date(resolveTarget(target, { dayZero: '2027-01-01', zone, ...more })).toISOString();
const ms = (iso: string) => Date.parse(iso);

describe('local targets', () => {
  it('keeps the wall time over a clock change when days are waited', () => {
    expect(resolve({ kind: 'after', from: ms('2027-03-12T15:00:00Z'), days: 3 })).toBe(
      '2027-03-15T14:00:00.000Z',
    );
    expect(resolve({ kind: 'before', from: ms('2027-03-15T14:00:00Z'), days: 3 })).toBe(
      '2027-03-12T15:00:00.000Z',
    );
  });

  it('keeps seconds and milliseconds', () => {
    expect(resolve({ kind: 'after', from: ms('2027-02-02T19:03:07.123Z'), days: 7 })).toBe(
      '2027-02-09T19:03:07.123Z',
    );
  });

  it('keeps the wall time of where the wait began when the customer has moved', () => {
    const target: ContractTarget = { kind: 'after', from: ms('2027-02-02T15:00:00Z'), days: 2 };
    expect(resolve(target, LA, { startedIn: NY })).toBe('2027-02-04T18:00:00.000Z');
  });

  it('moves a skipped time forward by the gap', () => {
    expect(resolve({ kind: 'after', from: ms('2027-03-13T07:30:00Z'), days: 1 })).toBe(
      '2027-03-14T07:30:00.000Z',
    );
    expect(resolve({ kind: 'date', date: '2027-03-14', time: '02:30' })).toBe('2027-03-14T07:30:00.000Z');
  });

  it.each([
    [-4, '2027-10-28T17:00:00.000Z', 2],
    [0, '2027-11-04T17:00:00.000Z', 9],
    [0, '2027-11-09T18:00:00.000Z', 14],
    [0, '2028-01-14T18:00:00.000Z', 80],
  ])('counts days from day zero (%#)', (_, instant, day) => {
    expect(resolve({ kind: 'day', day, time: '10:00' }, LA, { dayZero: '2027-10-26' })).toBe(instant);
  });

  it('does not move day zero with the zone', () => {
    expect(resolve({ kind: 'day', day: 14, time: '10:00' }, NY, { dayZero: '2027-10-26' })).toBe(
      '2027-11-09T15:00:00.000Z',
    );
  });

  it('takes the next such time today, else tomorrow', () => {
    expect(resolve({ kind: 'next', from: ms('2027-02-02T14:59:59Z'), time: '10:00' })).toBe(
      '2027-02-02T15:00:00.000Z',
    );
    expect(resolve({ kind: 'next', from: ms('2027-02-02T15:00:00Z'), time: '10:00' })).toBe(
      '2027-02-03T15:00:00.000Z',
    );
  });

  /** The instants of a daily step at `time`, from `from`. */
  function daily(time: string, from: string, steps: number, zone = NY): string[] {
    const fired: string[] = [];
    for (let at = ms(from); fired.length < steps; at = ms(fired.at(-1) as string)) {
      fired.push(resolve({ kind: 'next', from: at, time }, zone));
    }
    return fired;
  }

  it('fires a daily step once on the day whose hour is missing', () => {
    expect(daily('02:30', '2027-03-13T05:00:00Z', 3)).toEqual([
      '2027-03-13T07:30:00.000Z',
      '2027-03-14T07:30:00.000Z',
      '2027-03-15T06:30:00.000Z',
    ]);
  });

  it('fires a daily step once, the first time, on the day whose hour comes twice', () => {
    expect(daily('01:30', '2027-11-06T00:00:00Z', 3)).toEqual([
      '2027-11-06T05:30:00.000Z',
      '2027-11-07T05:30:00.000Z',
      '2027-11-08T06:30:00.000Z',
    ]);
  });
});
