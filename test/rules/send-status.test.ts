import fc from 'fast-check';
import { afterReport, type SendState, type StatusReport } from '../../rules/send-status';

const sid = 'SM1';
const sent: SendState = { status: 'sent', providerSid: sid, errorCode: null };
const says = (status: string, errorCode: string | null = null, providerSid = sid): StatusReport => ({
  providerSid,
  status,
  errorCode,
});

/** What a sequence of reports makes of a state. */
function after(state: SendState, ...reports: StatusReport[]): SendState {
  return reports.reduce((now, report) => afterReport(now, report) ?? now, state);
}

describe('the status of a send', () => {
  it('rises to its end, and a late report does not lower it', () => {
    expect(after(sent, says('delivered'), says('sent'), says('queued'))).toMatchObject({
      status: 'delivered',
    });
  });

  it.each(['scheduled', 'accepted', 'queued', 'sending', 'sent'])(
    'is sent already when the provider says %s',
    (status) => {
      expect(afterReport(sent, says(status))).toBeUndefined();
    },
  );

  it('of two ends keeps the first, and read comes after delivered', () => {
    expect(after(sent, says('undelivered', '30003'), says('delivered'))).toMatchObject({
      status: 'undelivered',
      errorCode: '30003',
    });
    expect(after(sent, says('delivered'), says('read'))).toMatchObject({ status: 'read' });
  });

  it('takes an error code that comes after its status, and never loses one', () => {
    expect(after(sent, says('failed'), says('failed', '30008'))).toMatchObject({ errorCode: '30008' });
    expect(after(sent, says('undelivered', '30003'), says('undelivered'))).toMatchObject({
      errorCode: '30003',
    });
  });

  it('is sent as soon as the provider proves that it has the message, whatever we believed', () => {
    for (const status of ['submitting', 'unknown', 'reserved', 'failed'] as const) {
      const believed: SendState = {
        status,
        providerSid: null,
        errorCode: status === 'failed' ? 'unresolved' : null,
      };
      expect(afterReport(believed, says('queued'))).toEqual({
        status: 'sent',
        providerSid: sid,
        errorCode: null,
      });
      expect(afterReport(believed, says('delivered'))).toMatchObject({
        status: 'delivered',
        providerSid: sid,
      });
    }
  });

  it('is not touched by what becomes of a second copy', () => {
    expect(afterReport(sent, says('failed', '30003', 'SM2'))).toBeUndefined();
  });

  it('is not touched by a status that nobody told us about', () => {
    expect(afterReport(sent, says('teleported'))).toBeUndefined();
  });

  it('never falls, and its code is never erased, in whatever order reports come and repeat', () => {
    const rank = { sent: 4, delivered: 5, undelivered: 5, failed: 5, canceled: 5, read: 6 };
    const report = fc
      .record({
        status: fc.constantFrom('queued', 'sending', ...Object.keys(rank), 'partially_delivered'),
        errorCode: fc.option(fc.constantFrom('30003', '30008')),
      })
      .map(({ status, errorCode }) => says(status, errorCode));
    fc.assert(
      fc.property(fc.array(report), (reports) => {
        let state = sent;
        for (const one of reports) {
          const next = afterReport(state, one) ?? state;
          const [before, now] = [state, next].map(({ status }) => rank[status as keyof typeof rank]);
          expect(now).toBeGreaterThanOrEqual(before ?? 0);
          if (state.errorCode !== null) expect(next.errorCode).not.toBeNull();
          if (before === now) expect(next.status).toBe(state.status);
          state = next;
        }
      }),
    );
  });
});
