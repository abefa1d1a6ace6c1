import { parseWebhookUrl } from '../webhooks/connection-overrides';
import type { Message, MessageStatus } from '../messages/message';

/** A message as the sandbox's own routes show it. */
export interface SandboxMessage {
  readonly sid: string;
  readonly direction: 'outbound' | 'inbound';
  /** Empty while a messaging service has not chosen the sender. */
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly status: MessageStatus;
  readonly segments: number;
  /** Twilio's code, of a message that failed or was not delivered. */
  readonly errorCode?: number;
  /** Creation on the virtual clock. */
  readonly at: string;
  /** Creation on the wall clock. */
  readonly createdAt: string;
  /** Without the fragment. */
  readonly statusCallback?: string;
  /** Twilio's own answer to STOP, START or HELP, or what a webhook told it to answer. */
  readonly reply?: true;
}

export function sandboxMessage(message: Message): SandboxMessage {
  return {
    sid: message.sid,
    direction: message.direction === 'inbound' ? 'inbound' : 'outbound',
    from: message.from ?? '',
    to: message.to,
    body: message.body,
    status: message.status,
    segments: message.segments,
    ...(message.errorCode !== null && { errorCode: message.errorCode }),
    at: message.at,
    createdAt: new Date(message.createdAt).toISOString(),
    ...(message.statusCallback !== null && { statusCallback: parseWebhookUrl(message.statusCallback).url }),
    ...(message.direction === 'outbound-reply' && { reply: true as const }),
  };
}
