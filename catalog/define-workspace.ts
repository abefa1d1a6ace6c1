import { type Duration, minutes } from './duration';
import type { FrequencyCap, Holdout, Pace, Sender, Topic } from './sending';

/** What holds where a journey, a message or a customer says nothing else. */
export interface Workspace<L extends string = string> {
  /** IANA zone of a customer of whom nothing better is known. */
  readonly timezone: string;
  /** ISO 3166 country that a phone number without a prefix is read in. */
  readonly country: string;
  /** BCP 47 tags of the languages every message must have; a customer who reads none of them gets the first. */
  readonly locales: readonly [L, ...L[]];
  /**
   * Local times between which neither marketing nor moment messages go out; half-open. The law of a customer's state may
   * close earlier. Default 21:00 to 08:00.
   */
  readonly quietHours: {
    /** HH:mm where the customer is: from then on it is quiet. */
    readonly from: string;
    /** HH:mm where the customer is: from then on it is quiet no longer. The same as `from`: never. */
    readonly to: string;
  };
  /** How many marketing messages a customer may get; each of them holds. Default: one SMS a local day. */
  readonly caps: readonly FrequencyCap[];
  /** Held out of all marketing and all moments, asked before a journey's own holdout. Default: nobody. */
  readonly holdout: Holdout;
  /** What messages are sent on, besides the channel itself, which is opt-in. A topic that is not listed is opt-in too. */
  readonly topics: { readonly [topic: string]: Topic };
  /** What messages go out from. A journey that names none uses `default`, which is the environment's unless it is set here. */
  readonly senders: { readonly [sender: string]: Sender };
  /** Of all senders together. Default: no limit. */
  readonly pace: Pace;
  /** How long an unknown send may wait for a callback or the provider's list. Default 5 minutes. */
  readonly grace: Duration;
  /** How many identifiers of a type one profile may hold; types not named: 5. Default: one `user_id`, one `phone`. */
  readonly identifierLimits: { readonly [type: string]: number };
  /** Values that identify nobody. Default: zeros, `-1`, `null`, `undefined` and `anonymous`. */
  readonly blockedIdentifiers: readonly RegExp[];
}

type Needed = 'timezone' | 'country' | 'locales';

/** What a workspace must say, and what it may say otherwise than the defaults. */
export type WorkspaceOptions<L extends string = string> = Pick<Workspace<L>, Needed> &
  Partial<Omit<Workspace<L>, Needed>>;

/**
 * Declares the workspace. What cannot work, as a zone that does not exist, is refused when a stack starts on it.
 *
 * @example
 * export const workspace = defineWorkspace({ timezone: 'America/New_York', country: 'US', locales: ['en', 'es'] });
 */
export function defineWorkspace<const L extends string>(options: WorkspaceOptions<L>): Workspace<L> {
  return {
    quietHours: { from: '21:00', to: '08:00' },
    caps: [{ purpose: 'marketing', channel: 'sms', most: 1, per: 'day' }],
    holdout: { percent: 0 },
    topics: {},
    senders: { default: {} },
    pace: {},
    grace: minutes(5),
    identifierLimits: { user_id: 1, phone: 1 },
    blockedIdentifiers: [/^[0-]*$/, /^-1$/, /^null$/i, /^undefined$/i, /^anonymous$/i],
    ...options,
  };
}
