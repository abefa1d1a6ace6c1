/** The states of a row of the ledger: our own up to `sent`, the provider's from there on. */
export const sendStatuses = [
  'reserved',
  'submitting',
  'unknown',
  'sent',
  'failed',
  'delivered',
  'undelivered',
  'canceled',
  'read',
] as const;

export type SendStatus = (typeof sendStatuses)[number];

export interface SendState {
  readonly status: SendStatus;
  /** Absent until the provider is known to have accepted the message. */
  readonly providerSid: string | null;
  readonly errorCode: string | null;
}

export interface StatusReport {
  readonly providerSid: string;
  /** In the provider's words. */
  readonly status: string;
  readonly errorCode: string | null;
}

/**
 * What a report of the provider's, from a callback or its list, makes of a send; undefined when it changes nothing.
 * Reports repeat and overtake each other: the status only rises, of two ends the first stands, and an error code is
 * never erased. That the provider knows the message at all proves that it was accepted, whatever we believed.
 */
export function afterReport(state: SendState, report: StatusReport): SendState | undefined {
  const rank = ranks.get(report.status);
  if (rank === undefined) return undefined;
  // A second copy of a message sent once more: what becomes of it is kept, and does not count.
  if (state.providerSid !== null && state.providerSid !== report.providerSid) return undefined;
  const reported = { status: statusAt(rank, report.status), providerSid: report.providerSid };
  if (state.providerSid === null) return { errorCode: report.errorCode, ...reported };
  if (rank > (ranks.get(state.status) ?? SENT)) {
    return { errorCode: report.errorCode ?? state.errorCode, ...reported };
  }
  const explains = reported.status === state.status && state.errorCode === null && report.errorCode !== null;
  return explains ? { ...state, errorCode: report.errorCode } : undefined;
}

const SENT = 4;

const ranks: ReadonlyMap<string, number> = new Map([
  ['scheduled', 0],
  ['accepted', 1],
  ['queued', 2],
  ['sending', 3],
  ['sent', SENT],
  ['delivered', 5],
  ['partially_delivered', 5],
  ['undelivered', 5],
  ['failed', 5],
  ['canceled', 5],
  ['read', 6],
]);

/** In the ledger everything between acceptance and an end is `sent`: it is out of our hands. */
function statusAt(rank: number, reported: string): SendStatus {
  if (rank <= SENT) return 'sent';
  return reported === 'partially_delivered' ? 'delivered' : (reported as SendStatus);
}
