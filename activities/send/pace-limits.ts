import type { Workspace } from '../deps';

/** A queue that a message has to pass: its sender's, and the account's. */
export interface PaceLimit {
  readonly queue: string;
  readonly segmentsPerSecond: number;
}

export interface PaceRequest {
  readonly limits: readonly PaceLimit[];
  readonly segments: number;
  /** Goes before all that is not: it waits for its like only. */
  readonly urgent: boolean;
}

/** The limits that hold for a sender, by its name. */
export function paceLimits(
  { senders, pace }: Pick<Workspace, 'senders' | 'pace'>,
  sender: string,
): PaceLimit[] {
  const limits = { [sender]: senders[sender]?.segmentsPerSecond, [ACCOUNT]: pace.segmentsPerSecond };
  return Object.entries(limits).flatMap(([queue, segmentsPerSecond]) =>
    segmentsPerSecond === undefined ? [] : [{ queue, segmentsPerSecond }],
  );
}

const ACCOUNT = '*';
