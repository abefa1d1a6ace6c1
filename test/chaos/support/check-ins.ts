import { setTimeout as delay } from 'node:timers/promises';
import type { StackAddress } from './stack-home';

/** A patient who checks in once. */
export interface Patient {
  readonly userId: string;
  readonly phone: string;
  /** Of the check-in. */
  readonly messageId: string;
}

/** So many patients, in the workspace's zone. */
export function patients(count: number): Patient[] {
  return Array.from({ length: count }, (_, n) => ({
    userId: `patient-${n}`,
    phone: `+1212555${String(1_000 + n)}`,
    messageId: `check-in-${n}`,
  }));
}

export type Sender = Pick<StackAddress, 'url' | 'writeKey'>;

/** Makes the patients known, each with a phone and consent to be texted. */
export async function introduce(to: Sender, all: readonly Patient[]): Promise<void> {
  const batch = all.map(({ userId, phone }) => ({
    type: 'identify',
    messageId: `identify-${userId}`,
    userId,
    traits: { phone },
    context: { messaging_subscriptions: [{ key: phone, type: 'SMS', status: 'SUBSCRIBED' }] },
  }));
  const answer = await post(to, '/v1/batch', { batch });
  if (!answer.ok) throw new Error(`The patients were answered ${answer.status}`);
}

/** Events under way: sent again and again, as Segment's clients do, until each is answered 2xx. */
export interface Flow {
  /** How many have been answered 2xx. */
  readonly accepted: number;
  /** How many calls were made for that. */
  readonly calls: number;
  /** Resolves when all have been answered. */
  readonly done: Promise<void>;
}

/** The patients check in, evenly spread over `overMs`, whether there is a stack to hear it or not. */
export function checkIn(to: Sender, all: readonly Patient[], overMs: number): Flow {
  return flow(
    to,
    overMs,
    all.map(({ userId, messageId }) => ({
      messageId,
      userId,
      event: 'Visit Checked In',
      properties: { visitId: `V-${userId}`, providerId: 'P1' },
    })),
  );
}

/** The patients redeem a reward, which ends their runs. */
export function redeem(to: Sender, all: readonly Patient[], overMs: number): Flow {
  return flow(
    to,
    overMs,
    all.map(({ userId }) => ({
      messageId: redemptionOf(userId),
      userId,
      event: 'Offer Redeemed',
      properties: { offerId: 'by word of mouth' },
    })),
  );
}

export const redemptionOf = (userId: string) => `redemption-${userId}`;

function flow(to: Sender, overMs: number, events: readonly object[]): Flow {
  const state = { accepted: 0, calls: 0 };
  const one = async (event: object, index: number) => {
    await delay((overMs * index) / events.length);
    for (;;) {
      state.calls++;
      // Nobody there, cut off, or not now: the client cannot tell what became of it.
      const answer = await post(to, '/v1/track', event).catch(() => undefined);
      if (answer?.ok) break;
      if (answer && answer.status < 500 && answer.status !== 429) {
        throw new Error(`An event was answered ${answer.status}`);
      }
      await delay(100);
    }
    state.accepted++;
  };
  const done = Promise.all(events.map(one)).then(() => {});
  // Waited for later; until then a failure must not end the process.
  done.catch(() => {});
  return {
    get accepted() {
      return state.accepted;
    },
    get calls() {
      return state.calls;
    },
    done,
  };
}

function post({ url, writeKey }: Sender, path: string, body: object): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${writeKey}:`)}` },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });
}
