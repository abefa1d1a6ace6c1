/** A value over rounds: its median, and the lowest and highest of them. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = ascending(values);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/** The smallest of the values that at least `p` percent of them do not exceed. */
export function percentile(values: readonly number[], p: number): number {
  return ascending(values)[Math.max(0, Math.ceil((values.length * p) / 100) - 1)] ?? Number.NaN;
}

function ascending(values: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError('There is no median of nothing');
  return [...values].sort((one, other) => one - other);
}
