/**
 * A length of time. `ms` is elapsed time; `days` are calendar days at the same wall time in a wait, its timeout and its
 * lookback, and 86,400 s each in a policy.
 */
export type Duration =
  | { readonly ms: number; readonly days?: undefined }
  | { readonly days: number; readonly ms?: undefined };

export const seconds = (n: number): Duration => ({ ms: n * 1_000 });
export const minutes = (n: number): Duration => ({ ms: n * 60_000 });
export const hours = (n: number): Duration => ({ ms: n * 3_600_000 });
export const days = (n: number): Duration => ({ days: n });

/** The duration as elapsed milliseconds, a day being 86,400 s: how policies count. */
export const elapsed = (duration: Duration): number => duration.ms ?? duration.days * 86_400_000;
