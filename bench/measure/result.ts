import { type Spread, spreadOf } from './statistics';

/** One row of the table. */
export interface Result {
  readonly measure: string;
  readonly ours: string;
  readonly baseline: string;
  /** Ours against the baseline; absent where there is nothing to compare with. */
  readonly ratio?: Spread;
  readonly target?: string;
  /** Absent: shown for comparison only. */
  readonly met?: boolean;
}

/** What both sides of a comparison came to in one round. */
export interface Pair {
  readonly ours: number;
  readonly baseline: number;
}

export interface Comparison {
  readonly measure: string;
  readonly unit: 'ms' | '/s' | 'µs' | 'KB' | 'pages';
  readonly rounds: readonly Pair[];
  /** What the ratio of ours to the baseline should not exceed, or not fall short of. */
  readonly target?: { readonly atMost: number } | { readonly atLeast: number };
}

/** Ratios are taken round by round, since what else the machine does changes from one to the next. */
export function compared({ measure, unit, rounds, target }: Comparison): Result {
  const ratio = spreadOf(rounds.map(({ ours, baseline }) => ours / baseline));
  return {
    measure,
    ours: shown(spreadOf(rounds.map(({ ours }) => ours)), unit),
    baseline: shown(spreadOf(rounds.map(({ baseline }) => baseline)), unit),
    ratio,
    ...(target && { target: words(target), met: meets(ratio.median, target) }),
  };
}

export function shown({ median, min, max }: Spread, unit: string): string {
  return `${figure(median)}${unit === '/s' ? unit : ` ${unit}`} (${figure(min)}–${figure(max)})`;
}

/** Three digits that count, and thousands set apart. */
export function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(value >= 10 ? 1 : 2);
}

function words(target: NonNullable<Comparison['target']>): string {
  return 'atMost' in target ? `≤ ${target.atMost} ×` : `≥ ${target.atLeast} ×`;
}

function meets(ratio: number, target: NonNullable<Comparison['target']>): boolean {
  return 'atMost' in target ? ratio <= target.atMost : ratio >= target.atLeast;
}
