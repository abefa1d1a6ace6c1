export type ActivityErrorCode =
  | 'ENROLLMENT_UNKNOWN'
  | 'SEND_UNKNOWN'
  | 'JOURNEY_VERSION_UNKNOWN'
  | 'OFFER_WITHOUT_CODE';

/** A run asked for something that the record or this build does not know: a bug, or a build that is too old. */
export class ActivityError extends Error {
  constructor(
    readonly code: ActivityErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'ActivityError';
  }
}

/** The rules of sending contradict themselves. Set them right and start again. */
export class SendingRulesInvalid extends Error {
  readonly code = 'CONFIG_INVALID';

  constructor(problems: readonly string[]) {
    super(`The rules of sending cannot be meant. It should be that ${problems.join('; ')}.`);
    this.name = 'SendingRulesInvalid';
  }
}

export const enrollmentUnknown = (enrollmentId: string) =>
  new ActivityError(
    'ENROLLMENT_UNKNOWN',
    `No enrollment ${enrollmentId} in the record: the run belongs to another database; terminate it.`,
  );

export const sendUnknown = (sendId: string) =>
  new ActivityError('SEND_UNKNOWN', `No send ${sendId} in the record: the run belongs to another database.`);

export const offerWithoutCode = (offer: string, enrollmentId: string) =>
  new ActivityError(
    'OFFER_WITHOUT_CODE',
    `The run of enrollment ${enrollmentId} has no code of ${offer}: it entered by a version that took none; terminate it.`,
  );

export const journeyVersionUnknown = (journey: string, version: number) =>
  new ActivityError(
    'JOURNEY_VERSION_UNKNOWN',
    `This worker has no ${journey}.v${version}: deploy a build that still has it until its runs are over.`,
  );
