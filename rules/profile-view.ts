import type { Stage } from '../catalog/lifecycle';
import { isPersonal, systemTraits } from '../catalog/system-traits';
import type { TraitDefinition } from '../catalog/define';
import { type Locales, pickLocale } from './render';

export interface ProfileView {
  /** Traits that are declared, not personal, and as they are declared. */
  readonly traits: { readonly [trait: string]: unknown };
  readonly stage?: Stage;
  readonly timezone: string;
  readonly locale: string;
}

/**
 * The customer as a run may see them: without anything personal, or that nobody has declared, since what it sees is kept
 * in the history; and without what is not as it was declared, since the run goes by its type.
 */
export function profileView(
  customer: {
    readonly traits: { readonly [trait: string]: unknown };
    readonly stage: Stage | null;
    /** IANA zone to reckon in. */
    readonly timezone: string;
  },
  { locales, declared }: { readonly locales: Locales; readonly declared: DeclaredTraits },
): ProfileView {
  const { traits, stage, timezone } = customer;
  return {
    traits: Object.fromEntries(
      Object.entries<TraitDefinition>({ ...systemTraits, ...declared }).flatMap(
        ([trait, { schema, pii }]) => {
          if (pii || isPersonal(trait) || !Object.hasOwn(traits, trait)) return [];
          return schema.safeParse(traits[trait]).success ? [[trait, traits[trait]]] : [];
        },
      ),
    ),
    ...(stage && { stage }),
    timezone,
    locale: pickLocale(traits.locale, locales),
  };
}

export interface DeclaredTraits {
  readonly [trait: string]: TraitDefinition;
}
