import { hourlyLimit, isTooManyForLaunch } from '../../rules/blast-guard';

it.each([
  [40_000, 4_000, false],
  [40_001, 4_000, true],
  [10, 1, false],
  [11, 1, true],
  [1_000_000, null, false],
])('a launch of %i after one of %p has to be approved: %p', (expected, last, held) => {
  expect(isTooManyForLaunch(expected, last)).toBe(held);
});

it.each([
  [0, 1_000],
  [100, 1_000],
  [101, 1_010],
  [4_000, 40_000],
])('where %i enter in an hour %i may, and no more', (usual, limit) => {
  expect(hourlyLimit(usual)).toBe(limit);
});
