import type { Logger } from 'pino';
import type { Activity } from './activity';
import { isAtRest, type Message, type OwedWebhook } from '../messages/message';
import type { Sleeper } from './sleeper';
import type { SandboxState } from '../messages/state';
import { messageOf } from '../api/twilio-errors';
import type { WebhookClient, WebhookForm } from '../webhooks/webhook-client';

/** Posts the status callbacks a message owes: in order, unless its plan says otherwise. */
export class Callbacks {
  readonly #busy = new Set<string>();

  constructor(
    private readonly parts: {
      readonly accountSid: string;
      readonly state: SandboxState;
      readonly client: WebhookClient;
      readonly sleeper: Sleeper;
      readonly activity: Activity;
      readonly logger: Pick<Logger, 'warn' | 'error'> | undefined;
    },
  ) {}

  /** Sees to it that what the message owes is posted. Returns at once. */
  settle(message: Message): void {
    if (message.statusCallback === null || this.#busy.has(message.sid) || !nextOwed(message)) return;
    this.#settleAll(message, message.statusCallback).catch((error: unknown) =>
      this.parts.logger?.error({ err: error, sid: message.sid }, 'the status callbacks of a message stopped'),
    );
  }

  async #settleAll(message: Message, url: string): Promise<void> {
    const { sleeper, activity, state } = this.parts;
    this.#busy.add(message.sid);
    let end = activity.begin();
    try {
      while (state.messages.get(message.sid) === message) {
        const next = nextOwed(message);
        if (!next) return;
        if (next.dueAt > Date.now()) {
          // One that is held back on purpose is not under way: nobody should wait for that.
          end();
          if (!(await sleeper.until(next.dueAt))) return;
          end = activity.begin();
        }
        if (!(await this.#post(message, url, next))) return;
      }
    } finally {
      this.#busy.delete(message.sid);
      end();
    }
  }

  /** False when the sandbox closed meanwhile: then it is still owed. */
  async #post(message: Message, url: string, owed: OwedWebhook): Promise<boolean> {
    const { client, state, logger } = this.parts;
    const form = this.#form(message, owed);
    for (let copy = 0; copy < message.plan.callbacks.copies; copy++) {
      const result = await client.post(url, form, { idempotencyToken: owed.token });
      if (!result.ok && result.reason === 'closed') return false;
      if (!result.ok) {
        logger?.warn(
          { sid: message.sid, status: owed.status, reason: result.reason, httpStatus: result.status },
          'a status callback was not taken, as Twilio would drop it now',
        );
      }
    }
    await state.record({ type: 'webhook-settled', sid: message.sid, token: owed.token });
    return true;
  }

  #form(message: Message, owed: OwedWebhook): WebhookForm {
    const form: Record<string, string> = {
      AccountSid: this.parts.accountSid,
      ApiVersion: '2010-04-01',
      From: owed.from ?? '',
      MessageSid: message.sid,
      MessageStatus: owed.status,
      SmsSid: message.sid,
      SmsStatus: owed.status,
      To: message.to,
    };
    if (message.serviceSid !== null) form.MessagingServiceSid = message.serviceSid;
    if (owed.errorCode !== null) {
      form.ErrorCode = String(owed.errorCode);
      form.ErrorMessage = messageOf(owed.errorCode);
    }
    if (owed.status === 'delivered' || owed.status === 'undelivered') {
      form.RawDlrDoneDate = carrierTime(new Date(message.updatedAt));
    }
    return form;
  }
}

function nextOwed(message: Message): OwedWebhook | undefined {
  if (!message.plan.callbacks.reversed) return message.owed[0];
  return isAtRest(message) ? message.owed.at(-1) : undefined;
}

/** `YYMMDDhhmm`, as carriers write it. */
function carrierTime(date: Date): string {
  return date.toISOString().replace(/\D/g, '').slice(2, 12);
}
