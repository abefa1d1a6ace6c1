import type { Customer } from '../ingest/customer';
import { type Effect, isFreeStop, saysYes } from '../rules/inbound-effect';
import type { VirtualRecord } from './record';
import type { ConsentFact } from './rehearsal';

/** A text from a number, or word of the provider's, about what may be sent there. */
export interface ConsentWish {
  readonly channel: string;
  readonly address: string;
  readonly source: 'inbound' | 'provider';
  readonly at: Date;
  /** Whose number it is; absent: nobody's. */
  readonly customer: Customer | undefined;
  /** What they wrote; absent where the provider said so. */
  readonly wording?: string;
}

/** What an inbound text does to consent. */
export function takeText(record: VirtualRecord, about: ConsentWish, effect: Effect, body: string): void {
  const wish = { ...about, wording: body };
  switch (effect) {
    case 'stop':
      stop(record, wish);
      return;
    case 'start':
      start(record, wish);
      return;
    case 'help':
    case 'none':
      if (saysYes(body) && record.isClosed(wish.channel, wish.address, 'stop')) {
        change(record, wish, { topic: '', from: 'unsubscribed', to: 'unsubscribed', reason: 'stopped' });
      }
  }
}

/** Closes a number to everything. The subscriptions stay as they are, covered. */
export function stop(record: VirtualRecord, wish: ConsentWish): void {
  const { channel, address, source, at } = wish;
  if (record.isClosed(channel, address, 'stop')) return;
  record.close({ channel, address, kind: 'stop', source, at });
  for (const { topic, status } of covered(wish)) {
    const review = wish.wording !== undefined && isFreeStop(wish.wording) ? true : undefined;
    change(record, wish, { topic, from: status, to: 'unsubscribed', review });
  }
}

/** A change of consent as the record has it: word of the person's or the provider's closes the number to everything. */
export function learnConsent(record: VirtualRecord, customer: Customer, fact: ConsentFact, at: Date): void {
  const { channel, key, topic, status, source } = fact;
  if (source === 'inbound' || source === 'provider') {
    const wish = { channel, address: key, source, at, customer } as const;
    if (topic !== '') return;
    if (status === 'unsubscribed') stop(record, wish);
    else start(record, wish);
    return;
  }
  const others = customer.subscriptions.filter(
    (one) => one.channel !== channel || one.key !== key || one.topic !== topic,
  );
  customer.subscriptions = [
    ...others,
    { channel, key, topic, status, source, actor: null, wording: null, at, changed: false },
  ];
}

function start(record: VirtualRecord, wish: ConsentWish): void {
  const { channel, address } = wish;
  if (!record.isClosed(channel, address, 'stop')) return;
  record.open(channel, address);
  for (const { topic, status } of covered(wish)) {
    change(record, wish, { topic, from: 'unsubscribed', to: status });
  }
}

/** The channel itself, and the topics that were subscribed to. */
function covered({ customer, channel, address }: ConsentWish) {
  const own = (customer?.subscriptions ?? []).filter((one) => one.channel === channel && one.key === address);
  const whole = own.find(({ topic }) => topic === '');
  const topics = own.filter(({ topic, status }) => topic !== '' && status === 'subscribed');
  return [
    { topic: '', status: whole?.status ?? 'none' },
    ...topics.sort((a, b) => (a.topic < b.topic ? -1 : 1)),
  ];
}

function change(
  record: VirtualRecord,
  { customer, channel, address, source, at, wording }: ConsentWish,
  {
    topic,
    ...fields
  }: { topic: string; from: string; to: string; reason?: string; review?: true | undefined },
): void {
  if (!customer) return;
  const about = { channel, key: address, group: topic || null };
  const actor = source === 'inbound' ? 'customer' : null;
  record.tell(customer.profileId, 'consent', at, { ...about, ...fields, source, actor, wording });
}
