import type { Analytics } from '@segment/analytics-node';

/** Where the stack that the demo plays on can be reached. */
export interface Endpoints {
  readonly url: string;
  readonly writeKey: string;
  readonly apiToken: string;
}

/** One item of a customer's timeline, as the operator API gives it. */
export interface TimelineItem {
  readonly at: string;
  readonly kind: string;
  readonly enrollmentId?: string;
  readonly journey?: string;
  readonly key?: string;
  readonly name?: string;
  readonly type?: string;
  readonly value?: string;
  readonly change?: string;
  readonly messageId?: string;
  readonly timestamp?: string;
  readonly receivedAt?: string;
  readonly message?: string;
  readonly step?: string;
  readonly verdict?: string;
  readonly until?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly sendId?: string;
  readonly providerSid?: string;
  readonly errorCode?: string;
  readonly body?: string;
  readonly outcome?: string;
  readonly from?: string;
  readonly to?: string;
  readonly source?: string;
  readonly channel?: string;
  readonly group?: string;
  readonly [field: string]: unknown;
}

/** What the demo does to the stack: only through its outside contract, with Segment's own client. */
export interface World {
  readonly segment: Analytics;
  /** Resolves once the last events are accepted; rejects if the client could not deliver. */
  flush(): Promise<void>;
  /** Moves the clock; resolves when everything due by then has happened. */
  moveTo(instant: string): Promise<void>;
  reply(from: string, body: string): Promise<void>;
  customer(reference: string): Promise<{ stage?: string; offers: { offerId: string }[] }>;
  timeline(reference: string): Promise<TimelineItem[]>;
  messagesTo(phone: string): Promise<{ body: string; status: string; at: string }[]>;
  close(): Promise<void>;
}

export async function openWorld({ url, writeKey, apiToken }: Endpoints): Promise<World> {
  const { Analytics } = await import('@segment/analytics-node');
  const undelivered: unknown[] = [];
  const segment = new Analytics({ writeKey, host: url, flushAt: 200, flushInterval: 60_000, maxRetries: 3 });
  segment.on('error', (error) => undelivered.push(error));

  const call = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const response = await fetch(url + path, {
      ...init,
      headers: { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' },
    });
    const body: unknown = await response.json();
    if (!response.ok)
      throw new Error(`${init.method ?? 'GET'} ${path} answered ${response.status}: ${JSON.stringify(body)}`);
    return body;
  };
  const post = (path: string, body: unknown) => call(path, { method: 'POST', body: JSON.stringify(body) });
  const list = async <Item>(path: string): Promise<Item[]> => {
    const items: Item[] = [];
    for (let after: string | undefined; ; ) {
      const separator = path.includes('?') ? '&' : '?';
      const page = (await call(
        `${path}${separator}limit=1000${after ? `&after=${encodeURIComponent(after)}` : ''}`,
      )) as { items: Item[]; next?: string };
      items.push(...page.items);
      if (!page.next) return items;
      after = page.next;
    }
  };

  return {
    segment,
    async flush() {
      await segment.flush();
      if (undelivered.length > 0)
        throw new Error("Segment's client could not deliver events.", { cause: undelivered[0] });
    },
    async moveTo(instant) {
      await post('/sandbox/clock', { to: instant });
    },
    async reply(from, body) {
      await post('/sandbox/inbound', { from, body });
    },
    customer: async (reference) =>
      (await call(`/api/customers/${encodeURIComponent(reference)}`)) as { offers: { offerId: string }[] },
    timeline: (reference) => list<TimelineItem>(`/api/customers/${encodeURIComponent(reference)}/timeline`),
    messagesTo: (phone) => list(`/sandbox/messages?direction=outbound&to=${encodeURIComponent(phone)}`),
    close: () => segment.closeAndFlush(),
  };
}
