import type { Stack } from '../../../sandbox/stack';

export interface Answer<Body = { readonly [field: string]: unknown }> {
  readonly status: number;
  readonly body: Body;
}

/** Raw HTTP to a stack: the operator's routes with the token, the tracking API with a write key. */
export function caller({ url, apiToken, writeKey }: Pick<Stack, 'url' | 'apiToken' | 'writeKey'>) {
  async function call<Body = Answer['body']>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        authorization: `Bearer ${apiToken}`,
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : undefined) as Body };
  }
  const post = (path: string, body: unknown, key = writeKey) =>
    call('POST', path, body, { authorization: `Basic ${btoa(`${key}:`)}` });
  return { call, post };
}
