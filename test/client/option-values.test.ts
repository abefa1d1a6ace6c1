import { instant, wholeNumber } from '../../client/cli/option-values';

describe('a whole number', () => {
  it.each([
    ['1', {}, 1],
    ['0', { least: 0 }, 0],
    ['65535', { least: 0, most: 65_535 }, 65_535],
    [' 7 ', {}, 7],
  ])('%j within %j is read', (text, bounds, number) => {
    expect(wholeNumber('--n', bounds)(text)).toBe(number);
  });

  it.each([
    ['some', {}, '--n should be a whole number from 1, not "some".'],
    ['0', {}, '--n should be a whole number from 1, not "0".'],
    ['', { least: 0 }, '--n should be a whole number, not "".'],
    ['1.5', { least: 0 }, '--n should be a whole number, not "1.5".'],
    ['-1', { least: 0, most: 10 }, '--n should be a whole number from 0 to 10, not "-1".'],
    ['11', { most: 10 }, '--n should be a whole number from 1 to 10, not "11".'],
    ['1e99', {}, '--n should be a whole number from 1, not "1e99".'],
  ])('%j within %j is refused', (text, bounds, message) => {
    const refusal = expect.objectContaining({ code: 'bad_number', exitCode: 2, message }) as Error;
    expect(() => wholeNumber('--n', bounds)(text)).toThrow(refusal);
  });
});

it('an instant is read, and what is none is refused with an example', () => {
  expect(instant('--at')('2027-02-02T10:00:00-05:00').toISOString()).toBe('2027-02-02T15:00:00.000Z');
  const message = '--at should be an instant such as 2027-02-02T15:00:00Z, not "lately".';
  const refusal = expect.objectContaining({ code: 'bad_time', exitCode: 2, message }) as Error;
  expect(() => instant('--at')('lately')).toThrow(refusal);
});
