import type { Place } from '../flow';

/** What `check` can find wrong. Stable. */
export type FindingCode =
  | 'PRIORITY_AMBIGUOUS'
  | 'PRIORITY_UNREACHABLE'
  | 'WAIT_WITHOUT_END'
  | 'MESSAGE_WITHOUT_LOCALE'
  | 'MESSAGE_OVER_BUDGET'
  | 'MESSAGE_NOT_RENDERED'
  | 'MESSAGE_UNKNOWN'
  | 'OPT_OUT_MISSING'
  | 'EVENT_NOBODY_SENDS'
  | 'EVENT_UNKNOWN'
  | 'EVENT_NOT_LISTENED_TO'
  | 'PROPERTY_UNKNOWN'
  | 'CAP_UNSATISFIABLE'
  | 'SEND_IN_UNBOUNDED_LOOP'
  | 'MIGRATION_IMPOSSIBLE'
  | 'HOLDOUT_WITHOUT_EFFECT'
  | 'SENDER_UNUSABLE'
  | 'TUNABLE_UNUSED'
  | 'TUNABLE_OUT_OF_BOUNDS';

/** One thing that is wrong, where, and in a sentence what to do about it. */
export interface Finding {
  readonly code: FindingCode;
  readonly at: Place;
  /** `<id> v<version>`; absent for what is the catalog's own. */
  readonly journey?: string;
  readonly sentence: string;
}
