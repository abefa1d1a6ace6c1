import type { SandboxMessage } from '../../../sandbox/twilio/control/sandbox-message';
import { eventually } from '../../support/eventually';
import { caller } from '../../scenarios/support/calls';
import { type Patient, redemptionOf } from './check-ins';
import type { StackAddress } from './stack-home';

export interface Outcome {
  /** What is not as it must be, in words; empty when every accepted event is in effect exactly once and nobody was texted twice. */
  readonly wrong: readonly string[];
  /** Rows of the ledger by message and end, as in `flash-reward delivered: 198`. */
  readonly ends: { readonly [end: string]: number };
}

interface Send {
  readonly message: string;
  readonly status: string;
  readonly providerSid?: string;
  readonly errorCode?: string;
  readonly customerId: string;
}

/** Resolves when the reward of each of them has a row in the ledger. */
export async function rewardsAsked(stack: Address, all: readonly Patient[]): Promise<void> {
  const { get, list } = reader(stack);
  const waiting = new Set<string>();
  for (const { userId } of all) waiting.add((await get<{ id: string }>(pathOf(userId))).id);
  await eventually(
    async () => {
      for (const { customerId } of await list<Send>('/api/sends?journey=flash-reward')) {
        waiting.delete(customerId);
      }
      if (waiting.size > 0) throw new Error(`No send was asked for by ${[...waiting].join(', ')}`);
      return true;
    },
    { timeout: 150_000, interval: 200 },
  );
}

/**
 * Resolves when no send is left as a process that was killed has left it. What a run that has ended meanwhile was
 * sending is taken over by others after a minute of the wall clock.
 */
export async function nothingSubmitting(stack: Address): Promise<void> {
  const { list } = reader(stack);
  await eventually(async () => (await list<Send>('/api/sends?status=submitting')).length === 0, {
    timeout: 120_000,
    interval: 500,
  });
}

const pathOf = (userId: string) => `/api/customers/${encodeURIComponent(`user_id:${userId}`)}`;

function reader(stack: Address) {
  const { call } = caller(stack);
  const get = async <Body>(path: string) => (await call<Body>('GET', path)).body;
  const list = async <Of>(path: string): Promise<Of[]> => {
    const items: Of[] = [];
    for (let after = ''; ; ) {
      const page = await get<{ items: Of[]; next?: string }>(
        `${path}&limit=1000${after && `&after=${encodeURIComponent(after)}`}`,
      );
      items.push(...page.items);
      if (page.next === undefined) return items;
      after = page.next;
    }
  };
  return { get, list };
}

type Address = Pick<StackAddress, 'url' | 'apiToken' | 'writeKey'>;

interface Item {
  readonly kind: string;
  readonly name?: string;
  readonly messageId?: string;
  readonly status?: string;
}

/** What became of the check-ins, seen from outside once every run should be over. Those who redeemed get no reminder. */
export async function outcomeOf(
  stack: Address,
  all: readonly Patient[],
  redeemed: readonly Patient[] = [],
): Promise<Outcome> {
  const { get, list } = reader(stack);
  const wrong: string[] = [];
  const ends: { [end: string]: number } = {};
  const phones = new Set(all.map(({ phone }) => phone));
  const winners = new Set(redeemed.map(({ userId }) => userId));
  const customers = new Map<string, { id: string; offers: object[] }>();
  for (const { userId } of all) customers.set(userId, await get(pathOf(userId)));
  const ids = new Set([...customers.values()].map(({ id }) => id));
  const sends = (await list<Send>('/api/sends?journey=flash-reward')).filter(({ customerId }) =>
    ids.has(customerId),
  );
  const texts = (await list<SandboxMessage>('/sandbox/messages?direction=outbound')).filter(({ to }) =>
    phones.has(to),
  );

  const owned = new Set<string>();
  for (const { message, status, providerSid, errorCode } of sends) {
    const end = `${message} ${status}${errorCode === undefined ? '' : `(${errorCode})`}`;
    ends[end] = (ends[end] ?? 0) + 1;
    if (['reserved', 'submitting', 'unknown'].includes(status)) wrong.push(`a send was left ${end}`);
    if (status === 'failed' && errorCode !== 'unresolved') wrong.push(`a send is ${end}`);
    if (providerSid !== undefined) owned.add(providerSid);
  }
  for (const { sid } of texts) if (!owned.delete(sid)) wrong.push('a text belongs to no row of the ledger');
  if (owned.size > 0) wrong.push(`${owned.size} rows of the ledger tell of texts that Twilio does not know`);

  for (const { userId, phone, messageId } of all) {
    const { id, offers } = customers.get(userId) ?? { id: '', offers: [] };
    const timeline = await list<Item>(`${pathOf(userId)}/timeline?kinds=event,enrollment`);
    const stored = (id: string) => timeline.filter((item) => item.kind === 'event' && item.messageId === id);
    const runs = timeline.filter((item) => item.kind === 'enrollment').map(({ status }) => status);
    const own = sends.filter(({ customerId }) => customerId === id).map(({ message }) => message);
    const heard = texts.filter(({ to }) => to === phone).map(({ body }) => body);
    const hasRedeemed = winners.has(userId);
    const checkIns = stored(messageId).length;
    if (checkIns !== 1) wrong.push(`${userId}: ${checkIns} check-ins stored`);
    const redemptions = stored(redemptionOf(userId)).length;
    if (redemptions !== (hasRedeemed ? 1 : 0)) wrong.push(`${userId}: ${redemptions} redemptions stored`);
    const end = hasRedeemed ? 'converted' : 'completed';
    const due = hasRedeemed ? 'flash-reward' : 'flash-reward,flash-reward-reminder';
    if (runs.join() !== `entered,${end}`) wrong.push(`${userId}: runs ${runs.join()}`);
    if (offers.length !== 1) wrong.push(`${userId}: ${offers.length} offers`);
    if (own.join() !== due) wrong.push(`${userId}: sends ${own.join()}`);
    if (new Set(heard).size !== heard.length || heard.length > 2) {
      wrong.push(`${userId}: texted ${heard.length} times`);
    }
  }
  return { wrong, ends };
}
