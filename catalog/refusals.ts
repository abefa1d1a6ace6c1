/** Why the gate does not let a message through, and will not. */
export type SuppressedReason =
  | 'erased'
  | 'consent'
  | 'unreachable'
  | 'ended'
  | 'stage_ended'
  | 'holdout'
  | 'capped'
  | 'legal_limit'
  | 'quiet_hours'
  | 'content';

/** Why it is to ask again later. */
export type DeferredReason = 'locked' | 'capped' | 'quiet_hours' | 'paced';
