import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import { Activity } from './delivery/activity';
import { Callbacks } from './delivery/callbacks';
import { controlPlugin } from './control/control';
import { Delivery, type DeliveryOptions } from './delivery/delivery';
import { Exchange } from './delivery/exchange';
import { Inbound } from './inbound/inbound';
import { workingSender } from './api/magic-numbers';
import { restPlugin } from './api/rest';
import { Sleeper } from './delivery/sleeper';
import { isAtRest } from './messages/message';
import { SandboxState } from './messages/state';
import { VirtualClock } from './delivery/virtual-clock';
import { WebhookClient } from './webhooks/webhook-client';

export interface TwilioSandboxOptions {
  /** The account it plays, `AC` and 32 hex digits. Every call must name it. */
  readonly accountSid: string;
  /** The password of every call, and the key of every webhook's signature. */
  readonly authToken: string;
  /** File that everything is written to before it is answered, so that a restart finds it. Default: nothing is kept. */
  readonly journal?: string;
  /** The virtual clock. Only for the `at` people are shown: Twilio's own dates are wall-clock. */
  readonly now: () => Promise<Date> | Date;
  readonly webhooks: {
    /** Where inbound texts are posted; connection overrides as a fragment. A function when the port comes later. */
    readonly inboundUrl: string | (() => string);
  };
  /**
   * The numbers of the account, which are also the pool of every messaging service. When given, another
   * `From` is refused with 21606. Default: Twilio's magic sender, and any `From`.
   */
  readonly numbers?: readonly string[];
  readonly delivery?: Partial<DeliveryOptions>;
  /** How many messages are kept, the newest. Default 200,000. */
  readonly keep?: number;
  /** Told of webhooks that were not taken. Never sees a number or a text. */
  readonly logger?: Pick<Logger, 'warn' | 'error'>;
}

export interface TwilioSandbox {
  /** Twilio's REST API: `/2010-04-01/Accounts/<AccountSid>/Messages…`. */
  readonly rest: FastifyPluginAsync;
  /** `/sandbox`, `/sandbox/messages`, `/sandbox/inbound`, `/sandbox/faults`, and what the page needs. Loopback only. */
  readonly control: FastifyPluginAsync;
  /**
   * Resolves when no delivery step and no webhook is under way. Does not wait for what is scheduled by
   * `SendAt`, nor for callbacks that a `callbacks_late` fault holds back.
   */
  idle(): Promise<void>;
  /** Ends deliveries and webhooks where they are; the journal has them for the next start. */
  close(): Promise<void>;
}

/**
 * A stateful stand-in for Twilio's messaging. What a journal left unfinished goes on when the server that
 * carries its plugins begins to listen.
 *
 * @throws {TwilioSandboxError} SANDBOX_JOURNAL_DAMAGED
 */
export function createTwilioSandbox(options: TwilioSandboxOptions): TwilioSandbox {
  const { accountSid, authToken, logger } = options;
  const state = SandboxState.open({ journal: options.journal, keep: options.keep ?? 200_000 });
  const deliveryOptions = { ...defaultDelivery, ...options.delivery };
  const numbers = options.numbers?.length ? options.numbers : [workingSender];
  const ownNumbersOnly = (options.numbers ?? []).length > 0;
  const { inboundUrl } = options.webhooks;
  const webhookUrl = typeof inboundUrl === 'string' ? () => inboundUrl : inboundUrl;

  const activity = new Activity();
  const sleeper = new Sleeper();
  const clock = new VirtualClock(options.now);
  const client = new WebhookClient({ authToken, retryDelayMs: deliveryOptions.webhookRetryMs });
  const callbacks = new Callbacks({ accountSid, state, client, sleeper, activity, logger });
  const delivery = new Delivery({
    state,
    callbacks,
    sleeper,
    activity,
    numbers,
    options: deliveryOptions,
    logger,
  });
  const exchange = new Exchange({ state, delivery, clock, numbers });
  const inbound = new Inbound({
    accountSid,
    state,
    exchange,
    client,
    clock,
    activity,
    numbers,
    webhookUrl,
    logger,
  });
  // Taken now: what arrives from here on is begun by whoever takes it.
  const unfinished = [...state.messages.after(0)].filter(
    (message) => !isAtRest(message) || message.owed.length > 0,
  );

  const resume = () => {
    for (const message of unfinished.splice(0)) {
      if (message.direction === 'inbound') inbound.resume(message);
      else delivery.start(message);
    }
  };
  const resuming =
    (plugin: FastifyPluginAsync): FastifyPluginAsync =>
    async (app: FastifyInstance) => {
      app.addHook('onListen', async () => resume());
      await app.register(plugin);
    };

  return {
    rest: resuming(
      restPlugin({
        accountSid,
        authToken,
        state,
        exchange,
        activity,
        numbers,
        ownNumbersOnly,
        onCanceled: (message) => callbacks.settle(message),
      }),
    ),
    control: resuming(controlPlugin({ state, inbound })),
    idle: () => activity.idle(),
    close: async () => {
      sleeper.close();
      client.close();
      await activity.idle();
      await state.close();
    },
  };
}

const defaultDelivery: DeliveryOptions = {
  queuedMs: 20,
  sentMs: 50,
  deliveredMs: 80,
  segmentsPerSecond: Number.POSITIVE_INFINITY,
  queueSeconds: 36_000,
  webhookRetryMs: 100,
};
