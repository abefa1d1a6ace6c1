/** Traits with a meaning of their own; any other is kept as it came. snake_case spellings are read as these. */
export interface Traits {
  phone?: string;
  email?: string;
  firstName?: string;
  /** IANA name; anything else is passed over. */
  timezone?: string;
  /** BCP 47, as in `pt-BR`. */
  locale?: string;
  /** ISO 3166-2 (`US-TX`), its two letters, or the English name. */
  region?: string;
  readonly [trait: string]: unknown;
}

/** Traits that are personal: masked in logs, kept out of workflows. */
export const piiTraits: readonly string[] = [
  'phone',
  'email',
  'firstName',
  'lastName',
  'name',
  'address',
  'birthday',
];
