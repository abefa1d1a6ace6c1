import type { DeferredReason, SuppressedReason } from '../../catalog/refusals';

/**
 * What crosses between a journey's workflow and the rest: start arguments, deliveries, and the local activities.
 * Everything here is plain JSON; instants are epoch milliseconds on Jornada's clock unless they say ISO.
 */

/** An event as a run sees it: never with properties tagged `pii`. */
export interface RunEvent {
  /** The event's place in the customer's history; deliveries are dropped by it when they repeat. */
  readonly seq: number;
  readonly messageId: string;
  readonly name: string;
  /** When it arrived: what moves the run. */
  readonly receivedAt: number;
  /** When it happened, corrected for the sender's clock: what lookback goes by. */
  readonly timestamp: number;
  readonly properties: { readonly [property: string]: unknown };
}

/** How a run ended, as Postgres decided it. */
export type RunEnd = {
  readonly status: 'exited' | 'converted' | 'merged' | 'failed';
  readonly reason: string;
};

/** One thing a run is told, through the signal `events`, in the order it was committed. */
export type Delivery =
  | { readonly kind: 'event'; readonly event: RunEvent }
  | { readonly kind: 'end'; readonly end: RunEnd }
  /** The customer's zone changed, as of `at`: wall-clock waits resolve again. Histories from before it was told lack `at`. */
  | { readonly kind: 'zone'; readonly zone: string; readonly at?: number }
  /** A send that was unknown, or waiting for the provider, has come to an end. */
  | { readonly kind: 'settled'; readonly sendId: string }
  /** Sends that were held may ask again, as of `at`. */
  | { readonly kind: 'resumed'; readonly at: number }
  /** If the run sleeps at the wait named `at`, it goes over to version `to`, to the wait named `resumeAt`; else it stays. */
  | { readonly kind: 'move'; readonly to: number; readonly at: string; readonly resumeAt: string };

export { EVENTS_SIGNAL, WAITING_QUERY } from './names';

export interface Waiting {
  /** When the run wakes by itself next; null while it only waits to be told. */
  readonly wakeAt: number | null;
  /** In words, as in Temporal's UI. */
  readonly details: string;
  /** The steps it rests at: a wait by its name if it has one; with the count of the occurrence from the second on. */
  readonly points: readonly string[];
  /** Events that would end a wait now, with the properties they must have, as text. */
  readonly wants: readonly {
    readonly event: string;
    readonly where: { readonly [property: string]: string };
  }[];
}

export interface RunInput {
  readonly enrollmentId: string;
  readonly profileId: string;
  readonly journey: string;
  readonly version: number;
  readonly key: string;
  /** IANA zone at entry, for the words shown to operators. */
  readonly zone: string;
  readonly trigger: RunEvent;
  /** Jornada's clock minus the wall clock when the run was started; 0 in production. */
  readonly clockOffsetMs: number;
  /** What had arrived behind the trigger by the time the run was started. */
  readonly pending: readonly Delivery[];
  /** What a continued run carries over; absent in the first. */
  readonly carried?: Carried;
  /** Events of history after which the run continues as a new one, at its next rest. Default 2,000, or when the server suggests it. */
  readonly historyLimit?: number;
}

/** Results of the steps already done, in the order they finished, so that a continued run walks on where it stood. */
export interface Carried {
  readonly journal: readonly JournalEntry[];
  /** Events that no wait has taken yet. */
  readonly inbox: readonly RunEvent[];
  /** The latest event the run has heard of. */
  readonly seenSeq: number;
  /** Events up to this one are no longer in the inbox, taken or not: waits ask the record for them. 0: none. */
  readonly forgottenSeq: number;
  /** The zones in which waits that are still open began. */
  readonly waitZones: readonly (readonly [step: number, zone: string])[];
  readonly zone: string;
  /** The run comes from another version of its journey, and has yet to be walked to where it stood. */
  readonly moved?: Moved;
}

/** A run on its way from one version of its journey to another. */
export interface Moved {
  /** Goes on at the wait of this name, when it is reached for the `occurrence`-th time. */
  readonly resumeAt: string;
  readonly occurrence: number;
  /** The journey's now when the wait began. */
  readonly now: number;
  /** The zone the wait began in, if that mattered to it. */
  readonly startedIn?: string;
  /** What the steps in the version before came to. */
  readonly journal: readonly JournalEntry[];
}

export interface JournalEntry {
  /** Steps count from 0 in the order the journey asks for them. */
  readonly step: number;
  /** What was asked, to notice a journey that goes another way the second time. */
  readonly name: string;
  /** What it came to; absent: nothing to tell. */
  readonly result?: unknown;
  /** The journey's now after it. */
  readonly now: number;
}

/** How a run ended: the workflow's result. */
export type RunResult = RunEnd | { readonly status: 'completed' };

/** Names one effect for ever: together with the enrollment it is the idempotency key. */
export interface StepKey {
  readonly enrollmentId: string;
  readonly step: string;
  readonly occurrence: number;
}

export interface SendRequest extends StepKey {
  readonly message: string;
  readonly data: { readonly [name: string]: unknown };
  /** Past this instant (epoch ms) the message is pointless: a deferral to or beyond it is `suppressed(expired)`. */
  readonly deadline?: number;
}

/** The gate's reasons, and that a message would have come too late. */
export type SuppressionReason = SuppressedReason | 'expired';

/** What one ask of the gate and the provider came to. */
export type SendAnswer =
  | { readonly status: 'sent'; readonly sendId: string; readonly providerSid: string; readonly at: number }
  | { readonly status: 'suppressed'; readonly reason: SuppressionReason; readonly at: number }
  | { readonly status: 'failed'; readonly sendId: string; readonly code: string; readonly at: number }
  /** Ask again at `until`, from the top. */
  | { readonly status: 'deferred'; readonly reason: DeferredReason; readonly until: number }
  /** The provider asked to wait, or could not be reached: nothing was sent; ask again at `until`, same row. */
  | { readonly status: 'retry'; readonly sendId: string; readonly until: number }
  /** It may or may not have been sent; a `settled` delivery follows, at the latest about `until`. */
  | { readonly status: 'unknown'; readonly sendId: string; readonly until: number }
  /** The journey is paused, or all sending halted: a `resumed` delivery follows; ask again then, at the latest at `until`. */
  | { readonly status: 'held'; readonly reason: 'paused' | 'halted'; readonly until: number }
  | Ended;

/** The enrollment is no longer open: the run stops where it stands. */
export interface Ended {
  readonly status: 'ended';
}

/** An offer that a run has granted. */
export interface Offer {
  /** What `Offer Redeemed` names it by, in `offerId`. */
  readonly id: string;
  /** The offer's name in the catalog. */
  readonly name: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** The customer's own, of an offer that has unique codes. */
  readonly code?: string;
}

/** A local point in time, kept as such and resolved late. Days count from day zero, the local date at entry. */
export type LocalTarget =
  /** The same wall time `days` calendar days after `from` (epoch ms). */
  | { readonly kind: 'after'; readonly from: number; readonly days: number }
  /** The same wall time `days` calendar days before `from`: lookback. */
  | { readonly kind: 'before'; readonly from: number; readonly days: number }
  /** The next `time` (HH:mm) after `from`. */
  | { readonly kind: 'next'; readonly from: number; readonly time: string }
  /** `time` on day `day`. */
  | { readonly kind: 'day'; readonly day: number; readonly time: string }
  /** `time` on a date (YYYY-MM-DD). */
  | { readonly kind: 'date'; readonly date: string; readonly time: string };

export interface ProfileView<Traits = { readonly [trait: string]: unknown }> {
  /** Those that the catalog declares and that are as declared, without personal ones; absent where nothing is known. */
  readonly traits: Traits;
  readonly stage?: 'new' | 'active' | 'inactive' | 'reactivated';
  readonly timezone: string;
  readonly locale: string;
}

/** The local activities: short, idempotent by key, each one transaction under the customer's row lock. */
export interface JourneyActivities {
  send(request: SendRequest): Promise<SendAnswer>;
  /** What became of a send that was `unknown`; `unknown` again while it still is. */
  sendResult(request: { readonly sendId: string }): Promise<SendAnswer>;
  /** The arm of a split that the customer is in: `split` has the percentages of its arms, together 100. */
  experiment(request: {
    readonly enrollmentId: string;
    readonly subject: string;
    readonly split: { readonly [arm: string]: number };
  }): Promise<{ readonly arm: string } | Ended>;
  grantOffer(
    request: StepKey & { readonly offer: string; readonly expiresAt: number },
  ): Promise<Offer | Ended>;
  profile(request: { readonly enrollmentId: string }): Promise<ProfileView>;
  recordOutcome(request: {
    readonly enrollmentId: string;
    readonly outcome: string;
    readonly value?: unknown;
    readonly at: number;
  }): Promise<void>;
  /**
   * The instant a local target falls on in the customer's zone of this moment. `startedIn`: the zone answered when the
   * wait began, whose wall time `after` and `before` keep; absent the first time.
   */
  resolveTime(request: {
    readonly enrollmentId: string;
    readonly target: LocalTarget;
    readonly startedIn?: string;
  }): Promise<{ readonly at: number; readonly zone: string }>;
  /**
   * Stored events of the customer by name, in order of arrival: those with `seq > afterSeq` received up to `receivedUntil`,
   * or, for lookback, `timestamp >= since`. `where`: only those whose properties equal these as text.
   */
  eventsSince(request: {
    readonly enrollmentId: string;
    readonly names: readonly string[];
    readonly where?: { readonly [property: string]: string };
    readonly afterSeq?: number;
    readonly since?: number;
    readonly receivedUntil: number;
  }): Promise<readonly RunEvent[]>;
  /** From now on the enrollment is of version `to`, where that is deployed; else it `stays`. */
  move(request: {
    readonly enrollmentId: string;
    readonly journey: string;
    readonly from: number;
    readonly to: number;
  }): Promise<{ readonly status: 'moved' | 'stays' } | Ended>;
  /** Gives the values back: what the run read of its tunables stands in its history from then on. */
  tunables(request: { readonly values: object }): Promise<object>;
  /** Ends the enrollment if it is still open; answers how it stands ended. */
  finish(request: {
    readonly enrollmentId: string;
    readonly status: 'completed' | 'failed';
    readonly reason?: string;
    readonly at: number;
  }): Promise<RunResult>;
}

/** Where a run tells its worker when it wakes next; the embedded stack's clock goes by it. Never recorded in the history. */
export type WaitSinks = {
  waits: { wakesAt(enrollmentId: string, wakeAt: number | null, clockOffsetMs: number): void };
};
