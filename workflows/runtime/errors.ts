import { ApplicationFailure } from '@temporalio/common';

/**
 * A mistake in code. Thrown plain it fails the workflow task, which Temporal tries again: runs stand still until the
 * code is mended and deployed, and none is lost.
 */
export class JourneyMistake extends Error {
  override readonly name = 'JourneyMistake';
  constructor(
    readonly code:
      | 'JOURNEY_INVALID'
      | 'JOURNEY_UNKNOWN'
      | 'JOURNEY_DIVERGED'
      | 'JOURNEY_BAD_DURATION'
      | 'JOURNEY_BAD_TIME'
      | 'JOURNEY_BAD_SPLIT'
      | 'JOURNEY_BAD_TUNABLE',
    sentence: string,
  ) {
    super(`${code}: ${sentence}`);
  }
}

/** Ends this one run `failed`: trying again would come to the same. */
export function giveUp(
  code: 'JOURNEY_TOO_LONG' | 'JOURNEY_BAD_INSTANT',
  sentence: string,
): ApplicationFailure {
  return ApplicationFailure.create({ type: code, message: `${code}: ${sentence}`, nonRetryable: true });
}
