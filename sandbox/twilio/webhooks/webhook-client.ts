import { setMaxListeners } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { parseWebhookUrl, type RetryReason } from './connection-overrides';

export type WebhookForm = Readonly<Record<string, string>>;

export type WebhookResult =
  | { readonly ok: true; readonly status: number; readonly contentType: string; readonly body: string }
  | { readonly ok: false; readonly reason: RetryReason | 'closed'; readonly status?: number };

export interface WebhookClientOptions {
  readonly authToken: string;
  /** Pause before the first retry, in ms; it doubles each time. */
  readonly retryDelayMs: number;
}

/** Posts Twilio's webhooks: signed over the URL as it was given, but for the fragment, and retried as that asks. */
export class WebhookClient {
  readonly #options: WebhookClientOptions;
  readonly #agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets }),
    'https:': new https.Agent({ keepAlive: true, maxSockets }),
  };
  readonly #abort = new AbortController();
  readonly #queue: (() => void)[] = [];
  #inFlight = 0;

  constructor(options: WebhookClientOptions) {
    this.#options = options;
    setMaxListeners(0, this.#abort.signal);
  }

  async post(
    webhookUrl: string,
    form: WebhookForm,
    options: { idempotencyToken: string },
  ): Promise<WebhookResult> {
    const { url, overrides } = parseWebhookUrl(webhookUrl);
    const request: SignedRequest = {
      url,
      body: new URLSearchParams(form).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        accept: '*/*',
        'user-agent': 'TwilioProxy/1.1',
        'x-twilio-signature': getExpectedTwilioSignature(this.#options.authToken, url, form),
        'i-twilio-idempotency-token': options.idempotencyToken,
      },
    };
    await this.#takeTurn();
    try {
      const endsAt = Date.now() + overrides.totalMs;
      for (let retry = 0; ; retry++) {
        const left = endsAt - Date.now();
        const result = await this.#attempt(request, {
          connectMs: Math.min(overrides.connectMs, left),
          readMs: Math.min(overrides.readMs, left),
        });
        if (result.ok || result.reason === 'closed') return result;
        const pause = this.#options.retryDelayMs * 2 ** retry;
        const mayRetry = retry < overrides.retries && overrides.retryOn.has(result.reason);
        if (!mayRetry || Date.now() + pause >= endsAt) return result;
        await abortableDelay(pause, this.#abort.signal);
      }
    } finally {
      this.#giveTurn();
    }
  }

  /** Abandons what is under way. */
  close(): void {
    this.#abort.abort();
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  async #attempt(
    request: SignedRequest,
    limits: { connectMs: number; readMs: number },
  ): Promise<WebhookResult> {
    if (this.#abort.signal.aborted) return { ok: false, reason: 'closed' };
    const result = await send(request, { ...limits, agents: this.#agents, signal: this.#abort.signal });
    // The other side may close a kept connection while we write to it: that says nothing about the webhook.
    if (result === 'stale_connection') return this.#attempt(request, limits);
    return result;
  }

  async #takeTurn(): Promise<void> {
    if (this.#inFlight < maxSockets) this.#inFlight++;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  #giveTurn(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#inFlight--;
  }
}

interface SignedRequest {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const maxSockets = 32;
const maxAnswerBytes = 64 * 1024;

function send(
  request: SignedRequest,
  options: {
    connectMs: number;
    readMs: number;
    agents: { readonly 'http:': http.Agent; readonly 'https:': https.Agent };
    signal: AbortSignal;
  },
): Promise<WebhookResult | 'stale_connection'> {
  const target = new URL(request.url);
  const secure = target.protocol === 'https:';
  return new Promise((resolve) => {
    let connected = false;
    let timer: NodeJS.Timeout | undefined;
    const settle = (result: WebhookResult | 'stale_connection') => {
      clearTimeout(timer);
      resolve(result);
    };
    const outgoing = (secure ? https : http).request(
      {
        method: 'POST',
        hostname: target.hostname.replace(/^\[|\]$/g, ''),
        port: target.port,
        path: rawPath(request.url),
        headers: { ...request.headers, 'content-length': Buffer.byteLength(request.body) },
        agent: options.agents[secure ? 'https:' : 'http:'],
        signal: options.signal,
      },
      (answer) => {
        collect(answer).then(
          (body) => settle(judge(answer, body)),
          () => settle({ ok: false, reason: 'rt' }),
        );
      },
    );
    const limit = (ms: number, reason: RetryReason) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        settle({ ok: false, reason });
        outgoing.destroy();
      }, ms);
    };
    const onConnected = () => {
      connected = true;
      limit(options.readMs, 'rt');
    };
    limit(options.connectMs, 'ct');
    outgoing.on('socket', (socket) => {
      if (outgoing.reusedSocket) onConnected();
      else socket.once(secure ? 'secureConnect' : 'connect', onConnected);
    });
    outgoing.on('error', () => {
      if (options.signal.aborted) settle({ ok: false, reason: 'closed' });
      else if (outgoing.reusedSocket) settle('stale_connection');
      else settle({ ok: false, reason: connected ? 'rt' : 'ct' });
    });
    outgoing.end(request.body);
  });
}

/** The path and query as they were signed: `new URL` would rewrite some characters. */
function rawPath(url: string): string {
  const path = /^[a-z]+:\/\/[^/?]*(.*)$/is.exec(url)?.[1] ?? '/';
  const rooted = path.startsWith('/') ? path : `/${path}`;
  return rooted.replace(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character));
}

async function collect(answer: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxAnswerBytes) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function judge(answer: http.IncomingMessage, body: string): WebhookResult {
  const status = answer.statusCode ?? 0;
  // A redirect loses the form, so it is as much a failure as a 4xx.
  if (status >= 300) return { ok: false, reason: status >= 500 ? '5xx' : '4xx', status };
  return { ok: true, status, contentType: answer.headers['content-type'] ?? '', body };
}

function abortableDelay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener('abort', wake);
    if (signal.aborted) wake();
  });
}
