import { minutes } from './duration';

/** Defaults of this workspace, where a journey, a message or a customer says nothing else. */
export const workspace = {
  /** IANA zone of a customer of whom nothing better is known. */
  timezone: 'America/New_York',
  /** ISO 3166 country that a phone number without a prefix is read in. */
  country: 'US',
  /** Local times between which neither marketing nor moment messages go out; half-open. */
  quietHours: { from: '21:00', to: '08:00' },
  /** How long an unknown send may wait for a callback or the provider's list. */
  grace: minutes(5),
  /** How many identifiers of a type one profile may hold; types not named: 5. */
  identifierLimits: { user_id: 1, phone: 1 } as { readonly [type: string]: number },
  /** Values that identify nobody. */
  blockedIdentifiers: [/^[0-]*$/, /^-1$/, /^null$/i, /^undefined$/i, /^anonymous$/i],
} as const;
