export const LANES = 64;

/** The outbox lane of a customer, 0 to 63: one lane is worked by one dispatcher at a time, which keeps the order. */
export function laneOf(profileId: string): number {
  // The end of an id is random, its beginning is the time it was made.
  return Number.parseInt(profileId.slice(-2), 16) % LANES;
}
