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
  readonly provider: MessagingProvider;
  readonly authTokens: readonly string[];
  /** Undefined when Twilio is the real one. */
  readonly sandbox: TwilioSandbox | undefined;
  close(): Promise<void>;
}

export interface TextingOptions extends Pick<TwilioSandboxOptions, 'now' | 'delivery'> {
  readonly keys: Keys;
  readonly publicUrl: string;
  /** The file in which the stand-in remembers. */
  readonly journal: string;
  readonly log: Logger;
  readonly say: (line: string) => void;
}

export async function startTexting(twilio: Environment['twilio'], options: TextingOptions): Promise<Texting> {
  if (twilio) {
    options.say('Twilio      the real one, from TWILIO_ACCOUNT_SID');
    const provider = await openTwilio(twilio);
    return {
      provider,
      authTokens: [twilio.authToken],
      sandbox: undefined,
      close: async () => provider.close(),
    };
  }
  const { keys, publicUrl, journal, now, delivery, log, say } = options;
  const { twilioAccountSid: accountSid, twilioAuthToken: authToken } = keys;
  const sandbox = createTwilioSandbox({
    accountSid,
    authToken,
    journal,
    now,
    webhooks: { inboundUrl: `${publicUrl}/webhooks/twilio/inbound#rc=5&rp=all` },
    ...(delivery && { delivery }),
    logger: log,
  });
  const app = fastify();
  await app.register(sandbox.rest);
  const apiUrl = await app.listen({ host: loopback, port: await freePort() });
  say(`Twilio      our sandbox of it, ${apiUrl}`);
  const provider = await openTwilio({
    accountSid,
    authToken,
    apiUrl,
    sender: { kind: 'number', from: ourNumber },
  });
  return {
    provider,
    authTokens: [authToken],
    sandbox,
    close: async () => {
      await provider.close();
      await sandbox.close();
      await app.close();
    },
  };
}

/** Twilio's magic sender, which is what a sandbox texts from. */
const ourNumber = '+15005550006';
