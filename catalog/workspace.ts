import { minutes } from './duration';
import type { FrequencyCap, Holdout, Pace, Sender, Topic } from './sending';

/** Defaults of this workspace, where a journey, a message or a customer says nothing else. */
export const workspace = {
  /** IANA zone of a customer of whom nothing better is known. */
  timezone: 'America/New_York',
  /** ISO 3166 country that a phone number without a prefix is read in. */
  country: 'US',
  /** Local times between which neither marketing nor moment messages go out; half-open. */
  quietHours: { from: '21:00', to: '08:00' },
  /** How many marketing messages a customer may get; each of them holds. */
  caps: [{ purpose: 'marketing', channel: 'sms', most: 1, per: 'day' }] as readonly FrequencyCap[],
  /** Held out of all marketing and all moments, asked before a journey's own holdout. */
  holdout: { percent: 0 } as Holdout,
  /** What messages are sent on, besides the channel itself, which is opt-in; a topic that is not listed is opt-in too. */
  topics: {} as { readonly [topic: string]: Topic },
  /** What messages go out from. A journey that names none uses `default`. */
  senders: { default: {} } as { readonly [sender: string]: Sender },
  /** Together. */
  pace: {} as Pace,
  /** How long an unknown send may wait for a callback or the provider's list. */
  grace: minutes(5),
  /** How many identifiers of a type one profile may hold; types not named: 5. */
  identifierLimits: { user_id: 1, phone: 1 } as { readonly [type: string]: number },
  /** Values that identify nobody. */
  blockedIdentifiers: [/^[0-]*$/, /^-1$/, /^null$/i, /^undefined$/i, /^anonymous$/i],
} as const;
