import type { Stage } from '../catalog/lifecycle';
import { piiTraits } from '../catalog/traits';
import { type Locales, pickLocale } from './render';

export interface ProfileView {
  /** Traits that are not personal data. */
  readonly traits: { readonly [trait: string]: unknown };
  readonly stage?: Stage;
  readonly timezone: string;
  readonly locale: string;
}

/** The customer as a run may see them: without anything personal, since what it sees is kept in the history. */
export function profileView(
  customer: {
    readonly traits: { readonly [trait: string]: unknown };
    readonly stage: Stage | null;
    /** IANA zone to reckon in. */
    readonly timezone: string;
  },
  locales: Locales,
): ProfileView {
  const { traits, stage, timezone } = customer;
  return {
    traits: Object.fromEntries(Object.entries(traits).filter(([trait]) => !personal.has(spelling(trait)))),
    ...(stage && { stage }),
    timezone,
    locale: pickLocale(traits.locale, locales),
  };
}

/** A trait may be written `lastName` or `last_name`. */
const spelling = (trait: string) => trait.replaceAll('_', '').toLowerCase();
const personal: ReadonlySet<string> = new Set(piiTraits.map(spelling));
