export interface IdentifierLimits {
  /** How many identifiers of the type one profile may hold. */
  readonly [type: string]: number;
}

/** Limit of the types that are not named. */
export const DEFAULT_LIMIT = 5;

/** All identifiers that one profile may hold, whatever their types. */
export const MOST_IDENTIFIERS = 1_000;

export function limitOf(type: string, limits: IdentifierLimits): number {
  // Senders name types of their own, be it `constructor`.
  return (Object.hasOwn(limits, type) ? limits[type] : undefined) ?? DEFAULT_LIMIT;
}

/**
 * What is wrong with the limits, in a sentence; undefined when nothing is. With more than one phone a profile, patients
 * who check in one after the other on a clinic's tablet would become one person.
 */
export function limitsProblem(limits: IdentifierLimits): string | undefined {
  for (const [type, limit] of Object.entries(limits)) {
    if (!Number.isInteger(limit) || limit < 1) {
      return `The limit of ${type} must be a whole number of at least 1, not ${limit}.`;
    }
  }
  if (limitOf('phone', limits) > 1) {
    return `The limit of phone must be 1, not ${limitOf('phone', limits)}: whoever shares a device would become one person.`;
  }
  return undefined;
}
