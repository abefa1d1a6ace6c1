import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Activity } from '../delivery/activity';
import { countryOf, isRecipient, parseAddress } from '../messages/address';
import { type Exchange, newSid } from '../delivery/exchange';
import { type Keyword, keywordOf, replyTo } from './keywords';
import { type Message, ordinaryPlan } from '../messages/message';
import { poolSender } from '../delivery/pool';
import { countSegments } from '../messages/segments';
import type { Entry, SandboxState } from '../messages/state';
import { readReplies } from './twiml';
import type { VirtualClock } from '../delivery/virtual-clock';
import type { WebhookClient, WebhookForm, WebhookResult } from '../webhooks/webhook-client';

export interface InboundText {
  readonly from: string;
  readonly body: string;
  /** The number it was sent to. Default: the one this person last heard from. */
  readonly to?: string | undefined;
}

/** Texts from people: Twilio's own reaction to keywords first, then the webhook, then what that answers. */
export class Inbound {
  constructor(
    private readonly parts: {
      readonly accountSid: string;
      readonly state: SandboxState;
      readonly exchange: Exchange;
      readonly client: WebhookClient;
      readonly clock: VirtualClock;
      readonly activity: Activity;
      readonly numbers: readonly string[];
      readonly webhookUrl: () => string;
      readonly logger: Pick<Logger, 'warn' | 'error'> | undefined;
    },
  ) {}

  /** Resolves when the webhook has answered, or will not. */
  async receive(text: InboundText): Promise<{ message: Message; webhook: WebhookResult }> {
    const end = this.parts.activity.begin();
    try {
      const { message, keyword, wasOptedOut } = await this.#take(text);
      await this.#replyAsTwilio(message, keyword, wasOptedOut);
      return { message, webhook: await this.#notify(message) };
    } finally {
      end();
    }
  }

  /** Posts the webhook of a message that was taken before a crash. Returns at once. */
  resume(message: Message): void {
    if (message.owed.length === 0) return;
    const end = this.parts.activity.begin();
    this.#notify(message)
      .catch((error: unknown) =>
        this.parts.logger?.error({ err: error, sid: message.sid }, 'an inbound webhook stopped'),
      )
      .finally(end);
  }

  async #take(text: InboundText) {
    const { state, exchange, clock, numbers } = this.parts;
    const at = await clock.stamp();
    const latest = this.#latestSender(text.from);
    const to = text.to ?? latest?.from ?? poolSender(numbers, text.from);
    const serviceSid = state.serviceOf(to);
    const keyword = keywordOf(text.body);
    const wasOptedOut = exchange.isOptedOut(text.from, to, serviceSid);
    const now = Date.now();
    const message: Message = {
      seq: state.messages.takeSeq(),
      sid: newSid('SM'),
      direction: 'inbound',
      to,
      from: text.from,
      serviceSid,
      body: text.body,
      numMedia: 0,
      segments: countSegments(text.body, { media: 0, smartEncoding: false }),
      status: 'received',
      errorCode: null,
      createdAt: now,
      updatedAt: now,
      sentAt: now,
      at,
      sendAt: null,
      validitySeconds: 0,
      statusCallback: null,
      plan: ordinaryPlan,
      owed: [{ status: 'received', errorCode: null, from: text.from, dueAt: now, token: randomUUID() }],
      feedback: null,
    };
    await state.record({ type: 'message', message }, ...optOutEntries(keyword, message));
    return { message, keyword, wasOptedOut };
  }

  async #replyAsTwilio(message: Message, keyword: Keyword | undefined, wasOptedOut: boolean): Promise<void> {
    if (!keyword) return;
    const body = replyTo(keyword, { sender: message.to, wasOptedOut });
    if (body !== undefined) await this.#reply(message, { body });
  }

  async #notify(message: Message): Promise<WebhookResult> {
    const { client, state, logger } = this.parts;
    const token = message.owed[0]?.token ?? randomUUID();
    const result = await client.post(this.parts.webhookUrl(), this.#form(message), {
      idempotencyToken: token,
    });
    if (!result.ok) {
      if (result.reason === 'closed') return result;
      logger?.warn(
        { sid: message.sid, reason: result.reason, httpStatus: result.status },
        'the inbound webhook was not taken, as Twilio would drop it now',
      );
    }
    await state.record({ type: 'webhook-settled', sid: message.sid, token });
    if (result.ok) await this.#replyAsToldBy(result, message);
    return result;
  }

  async #replyAsToldBy(answer: { contentType: string; body: string }, message: Message): Promise<void> {
    for (const reply of readReplies(answer.contentType, answer.body)) {
      const to = reply.to ?? message.from ?? '';
      const from = reply.from ?? message.to;
      const refused = this.parts.exchange.isOptedOut(to, from, message.serviceSid);
      if (refused || !isRecipient(to)) continue;
      await this.#reply(message, { body: reply.body, to, from, statusCallback: reply.statusCallback });
    }
  }

  async #reply(
    message: Message,
    reply: { body: string; to?: string; from?: string; statusCallback?: string | undefined },
  ): Promise<void> {
    await this.parts.exchange.accept(
      {
        to: reply.to ?? message.from ?? '',
        from: reply.from ?? message.to,
        serviceSid: null,
        body: reply.body.slice(0, 1_600),
        numMedia: 0,
        segments: countSegments(reply.body, { media: 0, smartEncoding: false }),
        statusCallback: reply.statusCallback ?? null,
        validitySeconds: 36_000,
        sendAt: null,
      },
      'outbound-reply',
    );
  }

  #latestSender(person: string): Message | undefined {
    return this.parts.state.messages
      .conversation(person)
      .findLast((message) => message.direction !== 'inbound' && message.from !== null);
  }

  #form(message: Message): WebhookForm {
    const from = message.from ?? '';
    const form: Record<string, string> = {
      AccountSid: this.parts.accountSid,
      ApiVersion: '2010-04-01',
      Body: message.body,
      From: from,
      FromCity: '',
      FromCountry: countryOf(from),
      FromState: '',
      FromZip: '',
      MessageSid: message.sid,
      NumMedia: '0',
      NumSegments: String(message.segments),
      SmsMessageSid: message.sid,
      SmsSid: message.sid,
      SmsStatus: 'received',
      To: message.to,
      ToCity: '',
      ToCountry: countryOf(message.to),
      ToState: '',
      ToZip: '',
    };
    if (message.serviceSid !== null) form.MessagingServiceSid = message.serviceSid;
    const { channel, number } = parseAddress(from);
    if (channel === 'whatsapp') form.WaId = number.replace(/^\+/, '');
    return form;
  }
}

/** The opt-out holds for the number that was written to, and for the whole service it belongs to. */
function optOutEntries(keyword: Keyword | undefined, message: Message): Entry[] {
  if (keyword === undefined || keyword === 'HELP') return [];
  const type = keyword === 'STOP' ? 'opted-out' : 'opted-in';
  const person = message.from ?? '';
  const scopes = message.serviceSid === null ? [message.to] : [message.to, message.serviceSid];
  return scopes.map((scope) => ({ type, person, scope }) as const);
}
