/** What every call of Segment's tracking API may carry. */
export interface JsonObject {
  readonly [name: string]: unknown;
}

/**
 * An event that the door has found well-formed and in the tracking plan. Text in it is free of what Postgres cannot
 * store (NUL, halves of surrogate pairs), and nesting is bounded.
 */
export interface AcceptedEvent {
  readonly type: 'identify' | 'track' | 'page' | 'screen' | 'group' | 'alias';
  /** Made by the door where the sender gave none. */
  readonly messageId: string;
  /** `event` of a track, `name` of a page or screen. */
  readonly name?: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly groupId?: string;
  readonly previousId?: string;
  /** Of a track, page or screen. */
  readonly properties?: JsonObject;
  /** Of an identify: the customer's; of a group: the group's. */
  readonly traits?: JsonObject;
  readonly context?: JsonObject;
  /** Name of the source it came through. */
  readonly source: string;
  /** The version of the plan it was judged by. */
  readonly eventVersion?: number;
  /** When it happened, by the sender's clock. */
  readonly originalTimestamp?: Date;
  /** When it was sent, by the same clock. */
  readonly sentAt?: Date;
  /**
   * Set when it is replayed from quarantine: when it first arrived, by which its timestamp is reckoned; its age counts
   * to now. Applying it takes it out of quarantine in the same transaction, and only once: a second replay, or one of
   * an event that was dropped meanwhile, is a `duplicate`.
   */
  readonly replayed?: { readonly receivedAt: Date };
}

/** What became of an event. `refused` is one by which nobody can be known. */
export type AppliedEvent =
  | { readonly messageId: string; readonly outcome: 'applied' | 'duplicate' }
  | { readonly messageId: string; readonly outcome: 'refused'; readonly reason: 'no_identity' };
