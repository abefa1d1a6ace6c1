import type { Logger } from 'pino';
import type { Activity } from './activity';
import type { Callbacks } from './callbacks';
import { isAtRest, type Message } from '../messages/message';
import { poolSender } from './pool';
import { SenderQueue } from './sender-queue';
import type { Sleeper } from './sleeper';
import { type SandboxState, statusEntry } from '../messages/state';

/** The pace of deliveries, in wall-clock time. */
export interface DeliveryOptions {
  /** From acceptance by a messaging service to `queued`, in ms. Default 20. */
  readonly queuedMs: number;
  /** From `queued` to `sent` (or `failed`), in ms. Default 50. */
  readonly sentMs: number;
  /** From `sent` to `delivered` (or `undelivered`), in ms; again that long to `read`. Default 80. */
  readonly deliveredMs: number;
  /** How many message parts a sender gets out per second. Default: any number. */
  readonly segmentsPerSecond: number;
  /** How long a sender's queue may get before creates are refused with 21611, in seconds. Default 36,000. */
  readonly queueSeconds: number;
  /** Pause before the first retry of a webhook, in ms; it doubles each time. Default 100. */
  readonly webhookRetryMs: number;
}

/** Walks messages through their life cycle, each as its plan says. */
export class Delivery {
  readonly #queue: SenderQueue;

  constructor(
    private readonly parts: {
      readonly state: SandboxState;
      readonly callbacks: Callbacks;
      readonly sleeper: Sleeper;
      readonly activity: Activity;
      readonly numbers: readonly string[];
      readonly options: DeliveryOptions;
      readonly logger: Pick<Logger, 'error'> | undefined;
    },
  ) {
    this.#queue = new SenderQueue(parts.options);
  }

  /** Whether this sender can take no more for now (21611). */
  isQueueFull(sender: string): boolean {
    return this.#queue.isFull(sender, Date.now());
  }

  /** Delivers from wherever the message is. Returns at once. */
  start(message: Message): void {
    this.#deliver(message).catch((error: unknown) =>
      this.parts.logger?.error({ err: error, sid: message.sid }, 'the delivery of a message stopped'),
    );
    this.parts.callbacks.settle(message);
  }

  async #deliver(message: Message): Promise<void> {
    if (isAtRest(message)) return;
    const { sleeper, activity } = this.parts;
    // What waits for its SendAt is not under way: nobody should wait for that.
    if (message.sendAt !== null && !(await sleeper.until(message.sendAt))) return;
    const end = activity.begin();
    try {
      while (!isAtRest(message) && (await this.#step(message)));
    } finally {
      end();
    }
  }

  /** Moves the message one status on; false when it is gone or the sandbox has closed. */
  async #step(message: Message): Promise<boolean> {
    switch (message.status) {
      case 'scheduled':
      case 'accepted':
        return this.#enqueue(message);
      case 'queued':
        return this.#send(message);
      case 'sent':
      case 'delivered':
        return this.#report(message);
      default:
        return false;
    }
  }

  async #enqueue(message: Message): Promise<boolean> {
    const { numbers, options, state } = this.parts;
    if (message.status === 'accepted' && !(await this.#pause(message, options.queuedMs))) return false;
    const from = message.from ?? poolSender(numbers, message.to);
    // An opt-out does not cancel what is scheduled; it meets the block list when its time has come.
    const blocked = [message.serviceSid, from].some(
      (scope) => scope !== null && state.optOuts.has(message.to, scope),
    );
    if (message.sendAt !== null && blocked) return this.#move(message, 'failed', { errorCode: 21610, from });
    return this.#move(message, 'queued', { from });
  }

  async #send(message: Message): Promise<boolean> {
    const { options, sleeper } = this.parts;
    const expiresAt = Math.max(message.createdAt, message.sendAt ?? 0) + message.validitySeconds * 1_000;
    const times = { now: Date.now(), expiresAt };
    const sendsAt = this.#queue.reserve(message.from ?? '', message.segments, times);
    if (sendsAt === null) {
      if (!(await sleeper.until(expiresAt))) return false;
      return this.#move(message, 'failed', { errorCode: 30036 });
    }
    if (!(await sleeper.until(sendsAt)) || !(await this.#pause(message, options.sentMs))) return false;
    const { outcome, errorCode } = message.plan;
    if (outcome === 'failed') return this.#move(message, 'failed', { errorCode: errorCode ?? 30008 });
    return this.#move(message, 'sent');
  }

  async #report(message: Message): Promise<boolean> {
    if (!(await this.#pause(message, this.parts.options.deliveredMs))) return false;
    const { outcome, errorCode } = message.plan;
    if (outcome === 'undelivered')
      return this.#move(message, 'undelivered', { errorCode: errorCode ?? 30003 });
    return this.#move(message, message.status === 'delivered' ? 'read' : 'delivered');
  }

  /** Waits; false when meanwhile the message was deleted or the sandbox closed. */
  async #pause(message: Message, ms: number): Promise<boolean> {
    const elapsed = await this.parts.sleeper.until(Date.now() + ms);
    return elapsed && this.parts.state.messages.get(message.sid) === message;
  }

  async #move(
    message: Message,
    status: Message['status'],
    extra: { errorCode?: number; from?: string } = {},
  ): Promise<boolean> {
    const { state, callbacks } = this.parts;
    await state.record(statusEntry(message, status, extra));
    callbacks.settle(message);
    return true;
  }
}
