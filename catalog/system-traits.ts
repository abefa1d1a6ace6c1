import { z } from 'zod';
import { trait } from './define';

/**
 * Traits with a meaning of their own, which every catalog has without saying so; a project may declare one of them more
 * narrowly. snake_case spellings are read as these.
 */
export const systemTraits = {
  phone: trait(z.string(), { pii: true }),
  email: trait(z.string(), { pii: true }),
  /** What templates greet by. */
  firstName: trait(z.string(), { pii: true }),
  /** IANA name; anything else is passed over. */
  timezone: trait(z.string()),
  /** BCP 47, as in `pt-BR`. */
  locale: trait(z.string()),
  /** ISO 3166-2 (`US-TX`), its two letters, or the English name. */
  region: trait(z.string()),
} as const;

/** Names of what is personal, in either spelling: kept out of workflows however it is declared. */
export function isPersonal(trait: string): boolean {
  return personal.has(trait.replaceAll('_', '').toLowerCase());
}

const personal: ReadonlySet<string> = new Set([
  'phone',
  'email',
  'firstname',
  'lastname',
  'name',
  'address',
  'birthday',
]);
