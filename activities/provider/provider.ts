import type { RefusalCause } from '../../rules/provider-codes';

/** The way out to people's phones. One implementation speaks to Twilio, or to whatever stands in for it. */
export interface MessagingProvider {
  /** Milliseconds after which a create call gives up; what became of the message is then unknown. */
  readonly createTimeoutMs: number;
  /** Hands one message over, once: it never repeats the call by itself. Outages are results, not exceptions. */
  create(message: OutgoingMessage): Promise<CreateResult>;
  /** Every message the provider has for an address. Throws {@link ProviderUnavailable} when it cannot tell. */
  listTo(address: string): Promise<readonly ListedMessage[]>;
  /** Closes the connections that are kept open. */
  close(): void;
}

export interface OutgoingMessage {
  readonly to: string;
  readonly body: string;
  /** E.164 number or Messaging Service SID to send it from. Default: the one the provider was opened with. */
  readonly from?: string | undefined;
  /** Where the provider reports what became of the message. */
  readonly statusCallback: string;
}

export type CreateResult =
  | { readonly kind: 'accepted'; readonly providerSid: string }
  /**
   * It was not processed: the same message may be handed over again, after `afterMs` where the provider said so, else
   * `soon` (it, or the way to it, is away) or `later` (it has more than it can send).
   */
  | {
      readonly kind: 'retry';
      readonly code: string;
      readonly pace: 'soon' | 'later';
      readonly afterMs?: number | undefined;
    }
  /** It was refused for good. */
  | { readonly kind: 'refused'; readonly code: string; readonly cause: RefusalCause }
  /** It may have been accepted, or not. */
  | { readonly kind: 'ambiguous'; readonly code: string };

export interface ListedMessage {
  readonly providerSid: string;
  readonly to: string;
  readonly body: string;
  readonly status: string;
  readonly errorCode: string | null;
  /** By the provider's clock; null when it does not say. */
  readonly createdAt: Date | null;
}

/** The provider could not be asked, or its answer could not be read. Try later. */
export class ProviderUnavailable extends Error {
  readonly code = 'PROVIDER_UNAVAILABLE';

  /** No cause is kept: the client's errors quote phone numbers. */
  constructor(what: string, why: string) {
    super(`The provider could not ${what} (${why}); try again later.`);
    this.name = 'ProviderUnavailable';
  }
}
