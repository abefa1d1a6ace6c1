import type { LedgerRow } from '../../store/sends';
import type { SendAnswer, SuppressionReason } from '../../workflows/runtime/contract';

/** What a row of the ledger answers to its run; `in_flight` while its create call may still be under way. */
export function answerOf(row: LedgerRow): SendAnswer | 'in_flight' {
  const { sendId, status, providerSid, errorCode } = row;
  const at = row.statusAt.getTime();
  switch (status) {
    case 'submitting':
      return 'in_flight';
    case 'reserved':
      return { status: 'retry', sendId, until: (row.settleAt ?? row.statusAt).getTime() };
    case 'unknown':
      return { status: 'unknown', sendId, until: (row.settleUntil ?? row.statusAt).getTime() };
    case 'failed':
    case 'canceled': {
      const reason = suppressionIn(errorCode);
      if (reason) return { status: 'suppressed', reason, at };
      return { status: 'failed', sendId, code: errorCode ?? status, at };
    }
    default:
      return {
        status: 'sent',
        sendId,
        providerSid: providerSid ?? '',
        at: (row.sentAt ?? row.statusAt).getTime(),
      };
  }
}

/**
 * A row that was reserved, not processed by the provider, and then refused by the gate ends `failed` with the gate's
 * reason as its code: it must answer the same when it is asked again.
 */
export function suppressionCode(reason: SuppressionReason): string {
  return `suppressed(${reason})`;
}

function suppressionIn(errorCode: string | null): SuppressionReason | undefined {
  return errorCode?.match(/^suppressed\((.+)\)$/)?.[1] as SuppressionReason | undefined;
}

/** A row that the provider did not process, after the instant that it named. */
export function mayBeAskedAgain({ status, settleAt }: LedgerRow, now: Date): boolean {
  return status === 'reserved' && (settleAt === null || settleAt <= now);
}
