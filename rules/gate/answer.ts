import type { DeferredReason, SuppressedReason } from '../../catalog/refusals';
import type { Assignment } from '../experiments/holdout';

/** What a check of the gate says, with the values it saw, which are kept for `why`. */
export type Answer = {
  readonly saw: Seen;
  /** The arms of the holdouts that were asked. */
  readonly arms?: readonly Assignment[];
  /** Those of them that the customer is given by being asked; they stand whatever is answered. */
  readonly assigns?: readonly Assignment[];
} & ({ readonly result: 'passed' } | { readonly result: 'refused'; readonly refusal: Refusal });

/** Plain JSON, without personal data. */
export type Seen = { readonly [value: string]: unknown };

export type Refusal =
  | {
      readonly verdict: 'suppressed';
      readonly reason: SuppressedReason;
      /** The run is to end by it, `exited`, for the same reason. */
      readonly ends?: boolean;
    }
  | { readonly verdict: 'deferred'; readonly reason: DeferredReason; readonly until: Date }
  /** Not judged yet: the run of a journey that goes before this one is about to ask. */
  | { readonly verdict: 'yields'; readonly to: string };

export function passed(saw: Seen): Answer {
  return { result: 'passed', saw };
}

export function suppressed(reason: SuppressedReason, saw: Seen): Answer {
  return { result: 'refused', saw, refusal: { verdict: 'suppressed', reason } };
}

export function deferred(reason: DeferredReason, until: Date, saw: Seen): Answer {
  return { result: 'refused', saw, refusal: { verdict: 'deferred', reason, until } };
}
