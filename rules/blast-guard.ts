/** More than so many times what is usual is too many to go on without somebody's word. */
export const TIMES_THE_USUAL = 10;

/** Entries an hour that are never too many, however few there usually are. */
export const HOURLY_FLOOR = 1_000;

/** Whether a launch would enter so many more than the last one that it has to be approved. */
export function isTooManyForLaunch(expected: number, last: number | null): boolean {
  return last !== null && expected > TIMES_THE_USUAL * last;
}

/** Entries an hour beyond which a journey is paused. */
export function hourlyLimit(usual: number): number {
  return Math.max(TIMES_THE_USUAL * usual, HOURLY_FLOOR);
}
