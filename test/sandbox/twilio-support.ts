import http from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import twilio from 'twilio';
import {
  createTwilioSandbox,
  type TwilioSandbox,
  type TwilioSandboxOptions,
} from '../../sandbox/twilio/sandbox';

export const accountSid = 'AC0123456789abcdef0123456789abcdef';
export const authToken = 'a-token-of-the-sandbox';
export const serviceSid = 'MG0123456789abcdef0123456789abcdef';
export const ourNumber = '+12025550100';
export const anna = '+12125550142';
export const bob = '+16465550101';

/** A webhook as it arrived. */
export interface ReceivedWebhook {
  readonly url: string;
  readonly form: Readonly<Record<string, string>>;
  readonly headers: http.IncomingHttpHeaders;
  readonly authentic: boolean;
}

type Answer = (webhook: ReceivedWebhook, response: http.ServerResponse, attempt: number) => void;

/** A server that takes webhooks, keeps them, and answers as it is told (204 at first). */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  answer: Answer = (_webhook, response) => response.writeHead(204).end();
  readonly #server = http.createServer((request, response) => this.#take(request, response));

  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  url(pathAndMore: string): string {
    return `http://127.0.0.1:${this.port}${pathAndMore}`;
  }

  /** The statuses of the callbacks so far, in order of arrival. */
  statuses(sid?: string): string[] {
    return this.received
      .filter(({ form }) => sid === undefined || form.MessageSid === sid)
      .map(({ form }) => form.MessageStatus ?? '');
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #take(request: http.IncomingMessage, response: http.ServerResponse): void {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const form = Object.fromEntries(new URLSearchParams(body));
      const url = request.url ?? '';
      const signature = request.headers['x-twilio-signature'];
      const authentic = twilio.validateRequest(authToken, String(signature), this.url(url), form);
      const webhook = { url, form, headers: request.headers, authentic };
      this.received.push(webhook);
      this.answer(webhook, response, this.received.length);
    });
  }
}

/** An answer of the sandbox's own routes; each test knows which of the fields its route has. */
export interface ControlAnswer {
  readonly status: number;
  readonly body: {
    readonly items: readonly ControlItem[];
    readonly id: string;
    readonly sid: string;
    readonly next?: string;
    readonly previous?: string;
    readonly webhook: object;
    readonly error: { readonly code: string; readonly details: readonly { readonly path: string }[] };
  };
}

export interface ControlItem {
  readonly sid: string;
  readonly body: string;
  readonly direction: string;
  readonly phone: string;
  readonly createdAt: string;
  readonly fired: number;
}

/** The sandbox on a port of its own, with the real Twilio client pointed at it. */
export interface RunningSandbox {
  readonly sandbox: TwilioSandbox;
  readonly app: FastifyInstance;
  readonly url: string;
  readonly client: twilio.Twilio;
  readonly hooks: WebhookReceiver;
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<ControlAnswer>;
  stop(): Promise<void>;
}

export async function runSandbox(
  options: Partial<TwilioSandboxOptions> & { hooks?: WebhookReceiver } = {},
): Promise<RunningSandbox> {
  const { hooks: given, ...rest } = options;
  const hooks = given ?? (await new WebhookReceiver().listen());
  const sandbox = createTwilioSandbox({
    accountSid,
    authToken,
    now: () => new Date(),
    webhooks: { inboundUrl: () => hooks.url('/inbound?x=1') },
    numbers: [ourNumber],
    delivery: { queuedMs: 2, sentMs: 4, deliveredMs: 4, webhookRetryMs: 5, ...options.delivery },
    ...withoutDelivery(rest),
  });
  const app = fastify();
  await app.register(sandbox.rest);
  await app.register(sandbox.control);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    sandbox,
    app,
    url,
    client: clientOf(url),
    hooks,
    control: (method, path, body) => callControl(url, method, path, body),
    stop: async () => {
      await sandbox.close();
      await app.close();
      if (!given) await hooks.close();
    },
  };
}

export function clientOf(url: string, options: { token?: string; timeout?: number } = {}): twilio.Twilio {
  const client = twilio(accountSid, options.token ?? authToken, {
    autoRetry: false,
    timeout: options.timeout ?? 5_000,
  });
  client.api.baseUrl = url;
  return client;
}

/** A call as curl would make it, with the account's credentials. */
export function rawCall(url: string, path: string, init: RequestInit = {}): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  return fetch(`${url}/2010-04-01/Accounts/${accountSid}${path}`, {
    ...init,
    headers: { authorization, ...init.headers },
  });
}

/** What a promise is rejected with; fails when it is not. */
export async function failureOf<T>(promise: Promise<T>): Promise<Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error('expected a failure');
}

async function callControl(
  url: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<ControlAnswer> {
  const response = await fetch(`${url}${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

function withoutDelivery<T extends { delivery?: unknown }>(options: T): Omit<T, 'delivery'> {
  const { delivery: _delivery, ...rest } = options;
  return rest;
}
