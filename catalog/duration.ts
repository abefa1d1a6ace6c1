/**
 * A length of time. `ms` is elapsed time; `days` are calendar days at the same wall time in a wait, its timeout and its
 * lookback, and 86,400 s each in a policy.
 */
export type Duration =
  | {
      /** Elapsed milliseconds, not negative. */
      readonly ms: number;
      readonly days?: undefined;
    }
  | {
      /** A whole number of days, not negative. */
      readonly days: number;
      readonly ms?: undefined;
    };

/** Elapsed seconds. */
export const seconds = (n: number): Duration => ({ ms: n * 1_000 });
/** Elapsed minutes. */
export const minutes = (n: number): Duration => ({ ms: n * 60_000 });
/** Elapsed hours: `hours(24)` is not `days(1)` where clocks change. */
export const hours = (n: number): Duration => ({ ms: n * 3_600_000 });
/** Days, whole ones: of the calendar in a journey's waits, of 86,400 s in its policy. Parts of a day are `hours`. */
export const days = (n: number): Duration => ({ days: n });

/** The duration as elapsed milliseconds, a day being 86,400 s: how policies count. */
export const elapsed = (duration: Duration): number => duration.ms ?? duration.days * 86_400_000;
