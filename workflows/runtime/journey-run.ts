import type { Duration } from '../../catalog/duration';
import type { Stage } from '../../catalog/lifecycle';
import type { PropertyOf } from '../../catalog/policy';
import type {
  CodedOfferName,
  EventName,
  EventProperties,
  MessageData,
  MessageId,
  PlainOfferName,
  SeenTraits,
} from '../../catalog/types';
import type { Offer, ProfileView, RunEvent, SuppressionReason } from './contract';
import type { Instant, Target } from './targets';

/**
 * What a journey can do, `j` in its flow. Every call is a durable step: it survives restarts and outages and happens once.
 * Expected outcomes are values; a call throws only for bugs. When the run ends from outside (exit, goal, erasure) the call
 * it stands at never returns, and nothing after it happens.
 */
export interface JourneyRun<E extends EventName, L extends EventName, C extends CodedOfferName = never> {
  /** The event that started the run, with when it happened and arrived. */
  readonly trigger: JourneyEvent<E>;

  /**
   * The journey's now, epoch milliseconds: entry at first, after a wait the instant it was due or its event arrived, after
   * a send that was held back the instant it was held to. Latency does not move it, unless the run woke over a minute late.
   */
  readonly now: number;

  /**
   * Sends a message, once. Asks consent, caps, quiet hours and the rest first, and sleeps through their deferrals, so it
   * may take until the next morning. `data` is what the message's template needs; an `offer` in it sets the deadline.
   * A refusal is an answer, not an error: the journey goes on.
   */
  send<M extends MessageId>(message: M, ...rest: SendArguments<M>): Promise<SendResult>;

  /**
   * Grants an offer, which the customer has from then on, sent or not. One with unique codes, which the policy's `codes`
   * must name, comes with the code that the run took as it entered, and is theirs once the code has been sent.
   */
  grantOffer<O extends PlainOfferName | C>(offer: O, options: GrantOptions): Promise<GrantedOffer<O>>;

  /**
   * Waits for an event the policy `listens` to. It may have arrived any time since the enrollment; an event ends at most
   * one wait of a run, and arriving in the instant of the timeout it goes before it.
   * @example const redeemed = await j.waitFor('Offer Redeemed', { where: { offerId: offer.id }, timeout: minutes(90) });
   */
  waitFor<N extends L>(event: N, options: WaitForOptions<N>): Promise<EventArrived<N> | TimedOut>;

  /**
   * Waits for the first of several events, by names of your own, and says which it was. The others stay for later waits.
   * @example
   * const first = await j.waitForAny(
   *   { visit: 'Visit Checked In', redeemed: { event: 'Offer Redeemed', where: { offerId: offer.id } } },
   *   { timeout: days(3) },
   * );
   * if (first.ok && first.winner === 'visit') …first.event.properties.visitId
   */
  waitForAny<const A extends { readonly [name: string]: Choice<L> }>(
    choices: A,
    options: WaitOptions,
  ): Promise<FirstArrived<A> | TimedOut>;

  /** Waits: `days` are calendar days to the same wall time at the customer's, `hours` and less elapsed time. */
  wait(duration: Duration, options?: PointOptions): Promise<void>;

  /**
   * Waits for an instant, most often a local one: `localTime('10:00')`, `day(2).at('10:00')`, `before(startsAt, hours(24))`.
   * Already past, it answers `past` at once. When the customer's zone changes meanwhile it is reckoned anew, and if it is
   * past by then the wait is over.
   */
  until(target: Target, options?: PointOptions): Promise<UntilAnswer>;

  /**
   * The customer as of this moment: stage, zone, locale, and the traits that the catalog declares, each absent while it is
   * unknown or not what was declared. Personal ones stay in Postgres.
   * @example if ((await j.profile()).traits.plan === 'plus') …
   */
  profile(): Promise<Profile>;

  /**
   * Reads values that may change without a new version: declare them in a file of their own, read them here, and go by the
   * answer. Each call reads them as they are deployed at that moment, and the run remembers what it read. `within` declares
   * what a value may be.
   * @example
   * import { tunables } from './tunables';
   * const { reminderAfter } = await j.tunables(tunables);
   */
  tunables<T extends object>(current: T): Promise<T>;

  /**
   * The arm that the customer is in: dealt by chance the first time a run of theirs comes here, and the same ever after, in
   * later runs and versions too. Those who are held out of all marketing and moments are counted in no arm.
   *
   * @param subject what is tried out; with the journey it names the experiment, so it is never changed
   * @param split the percentage of each arm, together 100. New ones are for those who come later
   * @example const subject = await j.experiment('subject', { plain: 50, playful: 50 });
   */
  experiment<A extends string>(subject: string, split: { readonly [arm in A]: number }): Promise<A>;

  /** Records what came of the run under a name, once each; `value` is anything JSON can say. */
  outcome(name: string, value?: unknown): Promise<void>;
}

/** The customer, as {@link JourneyRun.profile} answers. */
export type Profile = ProfileView<SeenTraits>;

/** The properties of what started the run; of a stage the stages crossed, of an audience its name. */
export type Trigger<E extends EventName> = [E] extends [never]
  ? StageEntry & Partial<AudienceEntry>
  : Readonly<EventProperties<E>>;

interface StageEntry {
  /** The stage they left; absent at the first. */
  readonly from?: string;
  /** The stage they entered. */
  readonly to: Stage;
}

/** What started a run of a journey that was launched has these, and no stages. */
interface AudienceEntry {
  /** Its name in the catalog. */
  readonly audience: string;
  /** The launch that entered them. */
  readonly launchId: string;
}

/** An event as a run sees it: without properties that are tagged `pii`. */
export interface JourneyEvent<E extends EventName> extends Omit<RunEvent, 'name' | 'properties'> {
  /** As in the tracking plan. */
  readonly name: [E] extends [never] ? 'Lifecycle Stage Changed' | 'Audience Entered' : E;
  /** As the tracking plan describes them. */
  readonly properties: Trigger<E>;
}

/** A message without data may be sent without mention of it. An unknown id stands for all, so that the error is about the id. */
export type SendArguments<M extends MessageId> = [MessageId] extends [M]
  ? [data?: object, options?: SendOptions]
  : Record<never, never> extends MessageData<M>
    ? [data?: Record<string, never>, options?: SendOptions]
    : [data: MessageData<M> & object, options?: SendOptions];

/** How a message is sent. */
export interface SendOptions {
  /** Names the step on record and in decisions; with a count of its occurrences it makes the send unique. Default: the message. */
  readonly step?: string;
  /** Past this the message is pointless: held back to then or beyond, it is `suppressed(expired)`. Default: the end of `data.offer`, else none. */
  readonly deadline?: Instant;
}

/** What a send came to. None of it is an error: the journey goes on, and decides by it or not. */
export type SendResult =
  /** The provider has taken it. */
  | (Handed & {
      readonly status: 'sent';
      /** When, epoch milliseconds. */
      readonly at: number;
    })
  /** The gate refused it for good: nothing was sent. */
  | {
      readonly status: 'suppressed';
      /** The check that refused it, or `expired`: it would have come too late. */
      readonly reason: SuppressionReason;
    }
  /** The provider refused it, or nobody ever learned what became of it. */
  | (Handed & {
      readonly status: 'failed';
      /** The provider's error code, or `unresolved`. */
      readonly code: string;
    })
  /** Nobody knows whether it went out, and it will not be tried again. */
  | (Handed & { readonly status: 'unknown' });

interface Handed {
  /** The row of the ledger, as the API and the timeline name it. */
  readonly sendId: string;
}

/** Without a catalog nobody knows which offers have codes. */
export type GrantedOffer<O> = string extends CodedOfferName
  ? Offer
  : O extends CodedOfferName
    ? Offer & { readonly code: string }
    : Offer;

/** How an offer is granted. */
export interface GrantOptions {
  /** How long it is good for, counted from the journey's now; a day is 86,400 s. */
  readonly expiresIn: Duration;
  /** Names the step on record. Default: the offer. */
  readonly step?: string;
}

/** What any wait may say. */
export interface PointOptions {
  /** Names the wait for ever: where runs sleep is told by it, and a later version may take them over there. Default: none. */
  readonly name?: string;
}

/** How long to wait for events, and from when on they count. */
export interface WaitOptions extends PointOptions {
  /** Longest to wait, from the journey's now; `days` are calendar days. `seconds(0)` looks at what has arrived and answers at once. */
  readonly timeout: Duration;
  /** Takes also what was stored before the enrollment, if it happened at most so long ago; `days` are calendar days. Default: nothing. */
  readonly lookback?: Duration;
}

/** Which events end a wait. */
export interface WaitForOptions<N extends EventName> extends WaitOptions {
  /** Properties the event must have, compared as text: `123` is `'123'`. Default: any. */
  readonly where?: Where<N>;
}

/** Properties that an event must have, by name, compared as text. */
export type Where<N extends EventName> = { readonly [P in PropertyOf<N>]?: string | number | boolean };

/** One of the events of `waitForAny`: its name, or with the properties it must have. */
export type Choice<L extends EventName> =
  | L
  | {
      [N in L]: {
        /** One that the policy `listens` to. */
        readonly event: N;
        /** Properties it must have, compared as text. Default: any. */
        readonly where?: Where<N>;
      };
    }[L];

/** The event that was waited for has come. */
export interface EventArrived<N extends EventName> {
  readonly ok: true;
  /** It, and when it happened and arrived. */
  readonly event: JourneyEvent<N>;
}

/** Nothing that was waited for came in time. */
export interface TimedOut {
  readonly ok: false;
  readonly reason: 'timeout';
}

/** Whether there was anything to wait for: `past` where the instant was over already. */
export type UntilAnswer = { readonly ok: true } | { readonly ok: false; readonly reason: 'past' };

/** The first of several events that were waited for. */
export type FirstArrived<A> = {
  [W in keyof A]: {
    readonly ok: true;
    /** Which of them, by the name given to it. */
    readonly winner: W;
    /** It, and when it happened and arrived. */
    readonly event: JourneyEvent<ChosenEvent<A[W]>>;
  };
}[keyof A];

type ChosenEvent<C> = C extends EventName
  ? C
  : C extends { readonly event: infer N extends EventName }
    ? N
    : never;
