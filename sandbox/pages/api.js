/** Calls the sandbox. Rejects with its own words when it refuses. */
export async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const answer = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok)
    throw new CallError(response.status, answer?.error?.message ?? `It answered ${response.status}.`);
  return answer;
}

export class CallError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}
