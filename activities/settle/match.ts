import type { ListedMessage } from '../provider/provider';

export interface Wanted {
  readonly address: string;
  readonly body: string;
  /** When the create began, by the wall clock. */
  readonly submittedWall: Date;
}

/**
 * The provider's message that a create whose answer was lost has left behind: the first one to the same number with
 * the same text since then that no other row of the ledger owns.
 */
export function findMatch(
  messages: readonly ListedMessage[],
  wanted: Wanted,
  owned: ReadonlySet<string>,
): ListedMessage | undefined {
  const since = wanted.submittedWall.getTime() - CLOCKS_APART_MS;
  const text = comparable(wanted.body);
  return messages
    .filter(
      ({ providerSid, to, body, createdAt }) =>
        to === wanted.address &&
        createdAt !== null &&
        createdAt.getTime() >= since &&
        !owned.has(providerSid) &&
        comparable(body) === text,
    )
    .sort((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0))[0];
}

/** How far the provider's clock may be behind the database's. Too much costs nothing: what is older has an owner. */
const CLOCKS_APART_MS = 60_000;

/** It is not known whether the list shows a text before or after smart encoding: both sides are encoded. */
function comparable(body: string): string {
  return body
    .replace(/^Sent from your Twilio trial account - /, '')
    .replace(/[`‘’‛′]/g, "'")
    .replace(/[“”«»„‟″]/g, '"')
    .replace(/[‐‑‒–—―−]/g, '-')
    .replace(/…/g, '...')
    .replace(/[•·]/g, '*')
    .replace(/[\u00a0\u2000-\u200a\u202f]/g, ' ')
    .trim();
}
