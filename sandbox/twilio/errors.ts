export type TwilioSandboxErrorCode = 'SANDBOX_JOURNAL_DAMAGED' | 'SANDBOX_PAGES_MISSING';

/** What keeps the Twilio sandbox from starting. */
export class TwilioSandboxError extends Error {
  override readonly name = 'TwilioSandboxError';

  constructor(
    readonly code: TwilioSandboxErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
