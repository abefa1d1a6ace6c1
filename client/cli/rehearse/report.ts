import type { Parting } from '../../../simulator/comparison';
import type { Counts, JourneyTotals, Totals } from '../../../simulator/tally';

/** What a rehearsal came to, to be told in words or in pictures. */
export interface Report {
  readonly from: string;
  readonly to: string;
  readonly seed: string;
  /** Dollars a segment. */
  readonly price: number;
  readonly sides: readonly { readonly of: string; readonly totals: Totals }[];
  /** Where two sides were compared. */
  readonly differences: { readonly parted: number; readonly shown: readonly Parting[] } | undefined;
}

export interface Sums {
  readonly entered: number;
  readonly sent: number;
  readonly segments: number;
  readonly suppressed: number;
  readonly deferred: number;
}

export function sumsOf(journeys: readonly JourneyTotals[]): Sums {
  const messages = journeys.flatMap((journey) => Object.values(journey.messages));
  return {
    entered: total(journeys.map(({ entered }) => entered)),
    sent: total(messages.map(({ sent }) => sent)),
    segments: total(messages.map(({ segments }) => segments)),
    suppressed: total(messages.flatMap(({ suppressed }) => Object.values(suppressed))),
    deferred: total(messages.flatMap(({ deferred }) => Object.values(deferred))),
  };
}

/** `quiet_hours 12, consent 3`, the most frequent first. */
export function countsText(counts: Counts): string {
  return sortedCounts(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

/** The most frequent first, of equals by the alphabet. */
export function sortedCounts(counts: Counts): [name: string, count: number][] {
  return Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

export const dollars = (segments: number, price: number): string => `$${(segments * price).toFixed(2)}`;

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
