import type { Duration } from './duration';
import type { Stage } from './lifecycle';
import type { Holdout } from './sending';
import type { AudienceName, CodedOfferName, EventName, EventProperties } from './types';

/** What a message is for: decides which checks of the gate it must pass. */
export type Purpose = 'transactional' | 'moment' | 'marketing';

/** A property whose value, compared as text, an event must share with the trigger. */
export type PropertyOf<E extends EventName> = E extends EventName ? keyof EventProperties<E> & string : never;

/** What starts a run: an event, a lifecycle stage that is entered, or a launch to an audience. */
export type Entry<E extends EventName = EventName> =
  | {
      /** The event that starts a run. */
      readonly on: E;
      /** Property that tells runs of one customer apart; absent: one run a customer. Absent or empty in the event: refused `key_missing`. */
      readonly key?: PropertyOf<E>;
      /** Oldest trigger that still enters, by arrival minus timestamp, inclusive. Default: any age. */
      readonly maxAge?: Duration;
    }
  | {
      /** Enters when the customer crosses into this stage, once a crossing. */
      readonly stage: Stage;
    }
  | {
      /**
       * Enters those who are in this audience when the journey is launched, once a crossing: whoever stays in it from one
       * launch to the next is entered by the first.
       */
      readonly audience: AudienceName;
    };

/** Ends runs; by an event (with `match`, only where that property equals the trigger's) or by the customer's stage. */
export type Exit =
  | {
      [E in EventName]: {
        /** The event that ends the run, `exited` (`exit_event`), at once and mid-wait. */
        readonly on: E;
        /** Property that must equal the trigger's, as text. Default: any event of the name counts. */
        readonly match?: PropertyOf<E>;
      };
    }[EventName]
  | {
      /** Ends the run, `exited` (`exit_stage`), when the customer enters this stage. */
      readonly stage: Stage;
    };

/** What a run is for: the event that ends it `converted`, and is counted. */
export type Goal = {
  [E in EventName]: {
    /** The event that is the goal. */
    readonly on: E;
    /** Property that must equal the trigger's, as text. Default: any event of the name counts. */
    readonly match?: PropertyOf<E>;
    /** Counted from the trigger's timestamp, inclusive, also when the run is over. Days are 86,400 s. */
    readonly within: Duration;
  };
}[EventName];

/** Who enters a journey, when again, what ends it, and how its messages go out. */
export interface JourneyPolicy<
  E extends EventName = EventName,
  L extends EventName = EventName,
  C extends CodedOfferName = CodedOfferName,
> {
  /** Part of the workflow type `<journey>.v<version>`; a published version is never edited. */
  readonly version: number;
  /**
   * What its messages are for: `marketing` has to pass every check of the gate, `moment` goes past locks and caps,
   * `transactional` also past holdouts and quiet hours; none goes past STOP.
   */
  readonly purpose: Purpose;
  /** What starts a run. */
  readonly enter: Entry<E>;
  /** When a customer may enter again: counted per customer, journey and key. `{ after }` from the last run's end to the trigger's timestamp, inclusive. */
  readonly reentry:
    | 'never'
    | 'always'
    | {
        /** How long after the end of the last run; a day is 86,400 s. */
        readonly after: Duration;
      };
  /** What ends a run early, at once and mid-wait. Default none. */
  readonly exit?: Exit;
  /** What a run is for: it ends `converted` by it, and it is counted to `within`, also when the run is over. Default none. */
  readonly goal?: Goal;
  /**
   * The run belongs to this stage: it ends `exited(stage_ended)` when the customer leaves it, and its sends are refused then.
   * Default: it goes on in any stage.
   */
  readonly during?: Stage;
  /**
   * Marketing only: keeps the other marketing journeys off the customer. Default none: its sends neither take a lock nor
   * go before those that do.
   */
  readonly lock?: Lock;
  /** A control group of the journey's own, which walks through it and is sent nothing. Default none. */
  readonly holdout?: Holdout;
  /**
   * What a send over a frequency cap comes to: `skip` answers `suppressed(capped)` and the journey goes on; `defer` holds
   * it to the first instant with room; `exit` ends the run, `exited(capped)`. Default `skip`.
   */
  readonly capped?: 'skip' | 'defer' | 'exit';
  /**
   * What a send in quiet hours comes to: `defer` holds it to their end, `skip` answers `suppressed(quiet_hours)` and the
   * journey goes on. Default `defer`.
   */
  readonly quietHours?: 'defer' | 'skip';
  /**
   * Spreads what quiet hours hold back over so long a time after their end, each customer at a point of their own, so that
   * the opening is no stampede. Default: all at the opening.
   */
  readonly spread?: Duration;
  /** Which of the workspace's senders its messages go out from. Default `default`. */
  readonly sender?: string;
  /**
   * The offer with unique codes that it grants. Each run takes one as it enters, in the order of entry and whether or not
   * it is held out, and has it until it ends; a code that was not sent by then goes back to the pool. Beyond the stock
   * entries are refused `no_code`. Default none.
   */
  readonly codes?: C;
  /** Runs of versions before that this version takes over, when it is released. Default none: they end as they began. */
  readonly migrations?: readonly Migration[];
  /** The events that `waitFor` accepts. An event nobody listens to costs Temporal nothing. Default none. */
  readonly listens?: readonly L[];
}

/**
 * Takes over the runs that sleep at one named wait of a version before. They keep all they have done: what this version
 * does up to the wait is not done for them again, and what only it does there is passed over.
 */
export interface Migration {
  /** The version they come from. */
  readonly from: number;
  /** The name of the wait that they sleep at. */
  readonly at: string;
  /** The name of the wait of this version that they go on in, counted from when theirs began. Default: the same name. */
  readonly resumeAt?: string;
}

/** Holds a customer for one journey. */
export interface Lock {
  /** 1 is the highest. Of asks in the same instant the higher goes first; whoever holds the customer is never evicted. */
  readonly priority: number;
  /** How long, from the send that takes it; a day is 86,400 s. */
  readonly for: Duration;
}
