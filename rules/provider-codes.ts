/**
 * What an error code of the provider means to us. Twilio may change its codes, so this is data with a default:
 * - `throttled`: not processed, again after a moment
 * - `later`: not accepted now, again after a longer wait
 * - `unreachable`, `stopped`: about this person's number, for good
 * - `recipient`: about this person, without closing the number
 * - `configuration`: our content, sender or credentials; somebody should look
 */
export type CodeMeaning = 'throttled' | 'later' | RefusalCause;
export type RefusalCause = 'unreachable' | 'stopped' | 'recipient' | 'configuration';

/**
 * What the answer to a create means. A code that is not in the table counts by its HTTP status: a 4xx is our
 * mistake, anything else may have been accepted all the same.
 */
export function meaningOfCreate(status: number, code: string | undefined): CodeMeaning | 'ambiguous' {
  if (status === 429) return 'throttled';
  if (status >= 500) return 'ambiguous';
  const known = code === undefined ? undefined : createCodes.get(code);
  return known ?? (status >= 400 ? 'configuration' : 'ambiguous');
}

/** What an error code in a status callback means; one nobody told us about is ours to look at. */
export function meaningOfCallback(code: string): CodeMeaning {
  return callbackCodes.get(code) ?? 'configuration';
}

const createCodes = table({
  throttled: '20429 63017',
  // This sender's queue holds ten hours of traffic already.
  later: '21611',
  unreachable: '21211 21614 21635',
  stopped: '21610',
  // The pair of numbers, not the person.
  recipient: '21612',
  configuration:
    '20003 20404 21212 21408 21602 21603 21606 21608 21617 21620 21654 21656 21703 21704 21705 ' +
    '35111 35114 35115 35117 35118 35125 35126',
});

const callbackCodes = table({
  later: '30001 30003 30008 30017 30022 30023 30036 30047 30410 30610 63010 63012 63018 63049',
  unreachable: '21211 21614 30005 30006',
  // 30004 is also how a carrier reports a STOP to a toll-free number; 30640 is a known litigator.
  stopped: '21610 30004 30640',
  recipient: '63003 63024 63032 63033',
  configuration:
    '30002 30007 30018 30024 30032 30034 30035 30450 63001 63005 63007 63013 63015 63016 63020 63021 63027 ' +
    '63028 63030 63051',
});

function table(codes: { readonly [M in CodeMeaning]?: string }): ReadonlyMap<string, CodeMeaning> {
  const meanings = new Map<string, CodeMeaning>();
  for (const [meaning, list] of Object.entries(codes)) {
    for (const code of list.split(' ')) meanings.set(code, meaning as CodeMeaning);
  }
  return meanings;
}
