import type { ProviderAnswer } from '../simulator/provider';
import { sidOf } from '../simulator/provider';
import type { Scripted } from '../simulator/virtual-gate';
import { elapsed, type Duration } from '../catalog/duration';
import { meaningOfCreate } from '../rules/provider-codes';

/** What the gate is made to say, in place of its own verdict. */
export const gate = {
  /** Refuses: the send answers `suppressed(reason)` and the journey goes on. */
  suppressed: (reason: Extract<Scripted, { verdict: 'suppressed' }>['reason']): Scripted => ({
    verdict: 'suppressed',
    reason,
  }),
  /** Holds the send back to an instant (ISO 8601), where the gate itself is asked. */
  deferred: (
    until: string,
    reason: Extract<Scripted, { verdict: 'deferred' }>['reason'] = 'locked',
  ): Scripted => ({
    verdict: 'deferred',
    reason,
    until: new Date(until),
  }),
} as const;

/** What Twilio does with a create call, once. */
export type TwilioAnswer = (sendId: string) => ProviderAnswer;

/** What Twilio is made to answer. Unless told otherwise it takes and delivers everything at once. */
export const twilio = {
  /** Takes it, and never says what became of it. */
  accepts: (): TwilioAnswer => (sendId) => ({ result: { kind: 'accepted', providerSid: sidOf(sendId) } }),
  /** Takes it, and then could not deliver it: `30005` and `30006` make the number unreachable. */
  undelivered:
    (code: string): TwilioAnswer =>
    (sendId) => ({
      result: { kind: 'accepted', providerSid: sidOf(sendId) },
      report: { status: 'undelivered', errorCode: code },
    }),
  /** Refuses it with one of its error codes, as `21211` for a number that is none, `21610` for one that said STOP. */
  refuses: (code: string): TwilioAnswer => {
    const meaning = meaningOfCreate(400, code);
    return () => {
      if (meaning === 'throttled' || meaning === 'ambiguous') return tooMany();
      if (meaning === 'later') return { result: { kind: 'retry', code, pace: 'later' } };
      return { result: { kind: 'refused', code, cause: meaning } };
    };
  },
  /** 429: not processed, to be tried again after so long. */
  tooManyRequests:
    (retryAfter?: Duration): TwilioAnswer =>
    () =>
      tooMany(retryAfter && elapsed(retryAfter)),
  /** No answer comes. `sent`: it was taken all the same, and its list shows it. */
  timesOut:
    ({ sent }: { readonly sent: boolean }): TwilioAnswer =>
    () => ({ result: { kind: 'ambiguous', code: 'timeout' }, listed: sent }),
} as const;

function tooMany(afterMs?: number): ProviderAnswer {
  return { result: { kind: 'retry', code: '20429', pace: 'soon', afterMs } };
}
