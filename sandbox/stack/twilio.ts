import fastify from 'fastify';
import { openTwilio } from '../../activities/provider/twilio';
import type { MessagingProvider } from '../../activities/provider/provider';
import type { Environment } from '../../config/environment';
import type { Logger } from '../../config/logger';
import { freePort, loopback } from '../ports';
import { createTwilioSandbox, type TwilioSandbox, type TwilioSandboxOptions } from '../twilio/sandbox';
import type { Keys } from './keys';

/** Who texts go out through: Twilio itself, or its stand-in on a port of its own. */
export interface Texting {
  readonly authTokens: readonly string[];
  /** Undefined when Twilio is the real one. */
  readonly sandbox: TwilioSandbox | undefined;
  /** How Twilio's own client reaches the stand-in, once it has begun. */
  access(): TwilioAccess | undefined;
  /** Begins, once the webhooks can be reached: the stand-in goes on with what an earlier run left unfinished. */
  start(say: (line: string) => void): Promise<void>;
  /** Once it has begun. */
  provider(): MessagingProvider;
  close(): Promise<void>;
}

/** What a client of Twilio needs to know. */
export interface TwilioAccess {
  readonly apiUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
}

export interface TextingOptions extends Pick<TwilioSandboxOptions, 'now' | 'delivery'> {
  readonly keys: Keys;
  readonly publicUrl: string;
  /** The file in which the stand-in remembers. */
  readonly journal: string;
  readonly log: Logger;
}

export function openTexting(twilio: Environment['twilio'], options: TextingOptions): Texting {
  return twilio ? realTwilio(twilio) : standIn(options);
}

function realTwilio(twilio: NonNullable<Environment['twilio']>): Texting {
  let provider: OpenProvider | undefined;
  return {
    authTokens: [twilio.authToken],
    sandbox: undefined,
    access: () => undefined,
    start: async (say) => {
      say('Twilio      the real one, from TWILIO_ACCOUNT_SID');
      provider = await openTwilio(twilio);
    },
    provider: () => begun(provider),
    close: async () => provider?.close(),
  };
}

function standIn({ keys, publicUrl, journal, now, delivery, log }: TextingOptions): Texting {
  const { twilioAccountSid: accountSid, twilioAuthToken: authToken } = keys;
  const sandbox = createTwilioSandbox({
    accountSid,
    authToken,
    journal,
    now,
    webhooks: { inboundUrl: `${publicUrl}/webhooks/twilio/inbound#rc=5&rp=all` },
    delivery: { ...swift, ...delivery },
    logger: log,
  });
  const app = fastify();
  let provider: OpenProvider | undefined;
  let access: TwilioAccess | undefined;
  return {
    authTokens: [authToken],
    sandbox,
    access: () => access,
    start: async (say) => {
      await app.register(sandbox.rest);
      const apiUrl = await app.listen({ host: loopback, port: await freePort() });
      say(`Twilio      our sandbox of it, ${apiUrl}`);
      access = { apiUrl, accountSid, authToken };
      provider = await openTwilio({ ...access, sender: { kind: 'number', from: ourNumber } });
    },
    provider: () => begun(provider),
    close: async () => {
      provider?.close();
      await sandbox.close();
      await app.close();
    },
  };
}

function begun(provider: OpenProvider | undefined): OpenProvider {
  if (!provider) throw new Error('Texting has not begun yet');
  return provider;
}

type OpenProvider = Awaited<ReturnType<typeof openTwilio>>;

/** Every text that falls due while the clock is moved is seen through to its delivery before it moves on. */
const swift = { queuedMs: 2, sentMs: 4, deliveredMs: 6 };

/** Twilio's magic sender, which is what a sandbox texts from. */
const ourNumber = '+15005550006';
