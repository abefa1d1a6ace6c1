import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type RequestClient from 'twilio/lib/base/RequestClient';
import { retryAfterMs } from './retry-after';

/** Too many requests. The official client hides the headers of an error answer; this keeps the one that matters. */
export class Throttled extends Error {
  readonly code = '20429';

  constructor(readonly afterMs: number | undefined) {
    super('Too many requests');
    this.name = 'Throttled';
  }
}

export interface KeepAliveOptions {
  /** Milliseconds a request may take. */
  readonly timeout: number;
  readonly maxSockets: number;
}

/**
 * The official client's HTTP client, on connections that stay open for http as for https. `Base` is given by the
 * caller, who loads the library late.
 */
export function keepAliveClient(
  Base: typeof RequestClient,
  { timeout, maxSockets }: KeepAliveOptions,
): { readonly client: RequestClient; close(): void } {
  // A free connection is given up before a server's usual 5 s: a create that meets its closing is ambiguous.
  const connections = { keepAlive: true, maxSockets, timeout: 4_000 };
  const httpAgent = new HttpAgent(connections);
  const httpsAgent = new HttpsAgent(connections);

  class KeepAliveClient extends Base {
    constructor() {
      super({ timeout });
      this.axios.defaults.httpAgent = httpAgent;
      // Behind a proxy the library's agent is of another kind, and stays.
      if (this.axios.defaults.httpsAgent instanceof HttpsAgent) this.axios.defaults.httpsAgent = httpsAgent;
    }

    override async request<T>(options: RequestClient.RequestOptions<T>) {
      // With TWILIO_LOG_LEVEL=debug the library would print numbers and texts.
      const response = await super.request<T>({ ...options, logLevel: 'silent' });
      if (response.statusCode === 429) {
        throw new Throttled(retryAfterMs(response.headers?.['retry-after'], Date.now()));
      }
      return response;
    }
  }

  return {
    client: new KeepAliveClient(),
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}
