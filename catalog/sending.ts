import type { Duration } from './duration';

/** How many messages one customer may get. */
export interface FrequencyCap {
  /** What it counts and refuses: moments and transactional messages pass. */
  readonly purpose: 'marketing';
  readonly channel: 'sms';
  /** At least 1. */
  readonly most: number;
  /** A calendar day in the customer's zone, or any stretch of time so long; a day is 86,400 s there. */
  readonly per: 'day' | Duration;
}

/** Customers who are sent nothing, so that it shows what the messages do. */
export interface Holdout {
  /**
   * 0 to 100, to two decimals. Whoever has been assigned stays where they are when it changes; at 0 nobody new is.
   */
  readonly percent: number;
}

/** Something a customer may subscribe to, within a channel. */
export interface Topic {
  /** Marketing on an `opt-in` topic needs `subscribed`; on an `opt-out` topic anything but `unsubscribed`. */
  readonly consent: 'opt-in' | 'opt-out';
}

/** A number or a pool of numbers that messages go out from. */
export interface Sender {
  /** E.164 number or Messaging Service SID (`MG…`). Default: the one of the environment. */
  readonly from?: string;
  /** SMS segments a second that it sends; more than these are held back. Default: no limit. */
  readonly segmentsPerSecond?: number;
}

/** The most the whole account is given. */
export interface Pace {
  /** SMS segments a second, over all senders. Default: no limit. */
  readonly segmentsPerSecond?: number;
}
