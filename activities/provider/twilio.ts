import type { Twilio } from 'twilio';
import { meaningOfCreate } from '../../rules/provider-codes';
import { keepAliveClient, Throttled } from './keep-alive-client';
import {
  type CreateResult,
  type ListedMessage,
  type MessagingProvider,
  type OutgoingMessage,
  ProviderUnavailable,
} from './provider';

export interface TwilioOptions {
  readonly accountSid: string;
  readonly authToken: string;
  readonly sender: TwilioSender;
  /** Base of the REST API. Default `https://api.twilio.com`. */
  readonly apiUrl?: string | undefined;
  /** Milliseconds a call may take. Default 10,000. */
  readonly timeoutMs?: number;
  /**
   * Most connections, and with them calls in flight. Default 150: more than one worker sends at once, so that no call
   * waits for another out of sight, and begins when it should no longer.
   */
  readonly maxSockets?: number;
}

/** What messages are sent from. */
export type TwilioSender =
  | { readonly kind: 'messaging-service'; readonly sid: string }
  | { readonly kind: 'number'; readonly from: string };

/**
 * Opens Twilio through its official client, which takes some 200 ms to load: open it when the process starts.
 * Nothing connects until the first call. The caller closes it.
 */
export async function openTwilio(options: TwilioOptions): Promise<MessagingProvider> {
  const { default: twilio } = await import('twilio');
  const createTimeoutMs = options.timeoutMs ?? 10_000;
  const http = keepAliveClient(twilio.RequestClient, {
    timeout: createTimeoutMs,
    maxSockets: options.maxSockets ?? 150,
  });
  const usual = options.sender.kind === 'number' ? options.sender.from : options.sender.sid;
  const client = twilio(options.accountSid, options.authToken, { httpClient: http.client });
  if (options.apiUrl !== undefined) client.api.baseUrl = options.apiUrl.replace(/\/+$/, '');

  return {
    createTimeoutMs,
    create: ({ from = usual, ...message }) => create(client, { ...message, ...senderOf(from) }),
    listTo: (address) => listTo(client, address),
    close: http.close,
  };
}

/** A service has the prefix MG, and chooses among its numbers. */
function senderOf(from: string): { readonly from: string } | { readonly messagingServiceSid: string } {
  return from.startsWith('MG') ? { messagingServiceSid: from } : { from };
}

async function create(
  client: Twilio,
  message: Omit<OutgoingMessage, 'from'> & ReturnType<typeof senderOf>,
): Promise<CreateResult> {
  try {
    const { sid } = await client.messages.create(message);
    return sid ? { kind: 'accepted', providerSid: sid } : { kind: 'ambiguous', code: 'no_sid' };
  } catch (error) {
    return resultOf(error);
  }
}

async function listTo(client: Twilio, address: string): Promise<ListedMessage[]> {
  try {
    // All of them: the order of the list is not promised, and the sent date of what is not sent yet is null.
    const messages = await client.messages.list({ to: address, pageSize: 1000, limit: 10_000 });
    return messages.map((message) => ({
      providerSid: message.sid,
      to: message.to,
      body: message.body,
      status: message.status,
      errorCode: message.errorCode ? String(message.errorCode) : null,
      createdAt: message.dateCreated,
    }));
  } catch (error) {
    throw new ProviderUnavailable('list messages', codeOf(error));
  }
}

function resultOf(error: unknown): CreateResult {
  const code = codeOf(error);
  if (error instanceof Throttled) return { kind: 'retry', code, pace: 'soon', afterMs: error.afterMs };
  if (neverConnected.has(code)) return { kind: 'retry', code, pace: 'soon' };
  const status = statusOf(error);
  if (status === undefined) return { kind: 'ambiguous', code };
  const meaning = meaningOfCreate(status, code);
  switch (meaning) {
    case 'throttled':
      return { kind: 'retry', code, pace: 'soon' };
    case 'later':
      return { kind: 'retry', code, pace: 'later' };
    case 'ambiguous':
      return { kind: 'ambiguous', code };
    default:
      return { kind: 'refused', code, cause: meaning };
  }
}

/** System errors after which nothing can have reached the provider. */
const neverConnected: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** The client's REST errors carry an HTTP status and Twilio's number, its network errors a system code. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (typeof code === 'number' || (typeof code === 'string' && code !== '')) return String(code);
  const status = statusOf(error);
  return status === undefined ? 'unreadable_answer' : `http_${status}`;
}

function statusOf(error: unknown): number | undefined {
  const { status } = error as { status?: unknown };
  return typeof status === 'number' ? status : undefined;
}
