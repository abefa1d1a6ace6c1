export type RetryReason = '4xx' | '5xx' | 'ct' | 'rt';

/** How a webhook is connected to: Twilio's defaults, and what the URL's fragment overrides. */
export interface ConnectionOverrides {
  readonly connectMs: number;
  readonly readMs: number;
  /** For all attempts together. */
  readonly totalMs: number;
  readonly retries: number;
  readonly retryOn: ReadonlySet<RetryReason>;
}

/** Takes a webhook URL apart into what is requested and signed, and what its fragment asks for. */
export function parseWebhookUrl(url: string): { url: string; overrides: ConnectionOverrides } {
  const hash = url.indexOf('#');
  if (hash < 0) return { url, overrides: overridesOf(new URLSearchParams()) };
  return {
    url: url.slice(0, hash),
    overrides: overridesOf(new URLSearchParams(url.slice(hash + 1))),
  };
}

function overridesOf(values: URLSearchParams): ConnectionOverrides {
  return {
    connectMs: numberIn(values.get('ct'), { from: 100, to: 10_000, otherwise: 5_000 }),
    readMs: numberIn(values.get('rt'), { from: 100, to: 15_000, otherwise: 15_000 }),
    totalMs: numberIn(values.get('tt'), { from: 100, to: 15_000, otherwise: 15_000 }),
    retries: numberIn(values.get('rc'), { from: 0, to: 5, otherwise: 1 }),
    retryOn: retryReasons(values.get('rp')),
  };
}

function numberIn(text: string | null, range: { from: number; to: number; otherwise: number }): number {
  if (text === null || !/^\d+$/.test(text)) return range.otherwise;
  const value = Number(text);
  return value >= range.from && value <= range.to ? value : range.otherwise;
}

function retryReasons(text: string | null): ReadonlySet<RetryReason> {
  const named = (text ?? '').split(',');
  if (named.includes('all')) return new Set(allReasons);
  const known = allReasons.filter((reason) => named.includes(reason));
  return new Set(known.length > 0 ? known : ['ct' as const]);
}

const allReasons: readonly RetryReason[] = ['4xx', '5xx', 'ct', 'rt'];
