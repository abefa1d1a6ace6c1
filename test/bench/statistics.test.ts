import fc from 'fast-check';
import { percentile, spreadOf } from '../../bench/measure/statistics';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });

describe('spread', () => {
  it('has the middle value of an odd number of them, and the mean of the two middle ones of an even number', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
  });

  it('is the same in whatever order the rounds came', () => {
    fc.assert(
      fc.property(values, (some) => {
        expect(spreadOf([...some].reverse())).toEqual(spreadOf(some));
      }),
    );
  });

  it('refuses to tell of nothing', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});

describe('percentile', () => {
  it('is a value that occurred', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(percentile(hundred, 50)).toBe(50);
    expect(percentile(hundred, 99)).toBe(99);
    expect(percentile([7], 99)).toBe(7);
  });

  it('is not exceeded by at least so many percent of the values', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (some, p) => {
        const at = percentile(some, p);
        expect(some.filter((value) => value <= at).length).toBeGreaterThanOrEqual((some.length * p) / 100);
      }),
    );
  });
});
