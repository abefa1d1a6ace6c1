/** The states of Twilio's life cycle that the sandbox walks through. */
export type MessageStatus =
  | 'scheduled'
  | 'accepted'
  | 'queued'
  | 'sent'
  | 'delivered'
  | 'undelivered'
  | 'failed'
  | 'read'
  | 'canceled'
  | 'received';

/** Where a message comes to rest, decided when it is accepted. */
export type DeliveryOutcome = 'sent' | 'delivered' | 'read' | 'undelivered' | 'failed';

export interface CallbackPlan {
  readonly delayMs: number;
  readonly copies: number;
  readonly reversed: boolean;
  readonly dropped: boolean;
}

/** What the faults that were active at acceptance decided, kept with the message so that a restart changes nothing. */
export interface DeliveryPlan {
  readonly outcome: DeliveryOutcome;
  readonly errorCode: number | null;
  readonly callbacks: CallbackPlan;
}

export const ordinaryPlan: DeliveryPlan = {
  outcome: 'delivered',
  errorCode: null,
  callbacks: { delayMs: 0, copies: 1, reversed: false, dropped: false },
};

/** A webhook that is owed: the status of its moment, not the status of now. */
export interface OwedWebhook {
  readonly status: MessageStatus;
  readonly errorCode: number | null;
  readonly from: string | null;
  readonly dueAt: number;
  /** Sent as `I-Twilio-Idempotency-Token`, the same on every attempt. */
  readonly token: string;
}

/** One message as the store keeps it. Instants are wall-clock milliseconds, but for `at`. */
export interface Message {
  readonly seq: number;
  readonly sid: string;
  readonly direction: 'outbound-api' | 'outbound-reply' | 'inbound';
  readonly to: string;
  /** Null until a messaging service has chosen the sender. */
  from: string | null;
  readonly serviceSid: string | null;
  body: string;
  readonly numMedia: number;
  readonly segments: number;
  status: MessageStatus;
  errorCode: number | null;
  readonly createdAt: number;
  updatedAt: number;
  sentAt: number | null;
  /** Creation on the virtual clock, ISO 8601: what people are shown. */
  readonly at: string;
  readonly sendAt: number | null;
  readonly validitySeconds: number;
  readonly statusCallback: string | null;
  readonly plan: DeliveryPlan;
  owed: OwedWebhook[];
  feedback: 'confirmed' | 'unconfirmed' | null;
}

/** The person's end of the message: whose phone it is shown on. */
export function personOf(message: Message): string {
  return message.direction === 'inbound' ? (message.from ?? '') : message.to;
}

/** Whether the message will not move any further. */
export function isAtRest(message: Message): boolean {
  if (message.direction === 'inbound') return true;
  if (message.status === 'canceled' || message.status === 'failed' || message.status === 'undelivered')
    return true;
  return message.status === message.plan.outcome;
}
