import { meaningOfCallback, meaningOfCreate } from '../../rules/provider-codes';

describe('the answer to a create', () => {
  it.each([
    [429, '20429', 'throttled'],
    [429, undefined, 'throttled'],
    [400, '21211', 'unreachable'],
    [400, '21614', 'unreachable'],
    [400, '21610', 'stopped'],
    [400, '21611', 'later'],
    [400, '21612', 'recipient'],
    [401, '20003', 'configuration'],
    [400, '21617', 'configuration'],
    [400, '63017', 'throttled'],
  ])('%i with %s is %s', (status, code, meaning) => {
    expect(meaningOfCreate(status, code)).toBe(meaning);
  });

  it('is our mistake when a 4xx has a code, or none, that we do not know', () => {
    expect(meaningOfCreate(400, '29999')).toBe('configuration');
    expect(meaningOfCreate(403, undefined)).toBe('configuration');
  });

  it('may have been accepted when it is a 5xx, whatever its code, a redirect, or nothing known', () => {
    for (const [status, code] of [
      [500, '20500'],
      [503, undefined],
      [502, '21211'],
      [302, undefined],
      [200, undefined],
    ] as const) {
      expect(meaningOfCreate(status, code)).toBe('ambiguous');
    }
  });
});

describe('the error code of a callback', () => {
  it.each([
    ['30005', 'unreachable'],
    ['30006', 'unreachable'],
    ['21610', 'stopped'],
    ['30004', 'stopped'],
    ['30003', 'later'],
    ['30007', 'configuration'],
    ['39999', 'configuration'],
  ])('%s is %s', (code, meaning) => {
    expect(meaningOfCallback(code)).toBe(meaning);
  });
});
