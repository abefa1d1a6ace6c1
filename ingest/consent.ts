import type { JsonObject } from './accepted-event';
import type { Batch } from './batch';
import type { Customer, HeldSubscription } from './customer';
import { type ConsentWish, consentWishes } from './messaging-subscriptions';

/** What an identify says about consent. A STOP is not undone by it: that is refused, and recorded. */
export function applyConsent(
  batch: Batch,
  customer: Customer,
  event: { readonly context: JsonObject; readonly source: string; readonly timestamp: Date },
): void {
  for (const wish of consentWishes(event.context, batch.deps.workspace.country)) {
    const { channel, key, topic, status } = wish;
    const current = customer.subscriptions.find((one) => isAbout(one, wish));
    const from = current?.status ?? 'none';
    if (status !== 'unsubscribed' && batch.stopped.has(`${channel} ${key}`)) {
      record(batch, customer, wish, {
        from: 'unsubscribed',
        to: 'unsubscribed',
        source: event.source,
        reason: 'stopped',
      });
      continue;
    }
    if (current && current.at > event.timestamp) {
      // What arrives late is older than what stands.
      if (status !== from)
        record(batch, customer, wish, { from, to: from, source: event.source, reason: 'older' });
      continue;
    }
    if (current && status === from) continue;
    if (status !== from)
      record(batch, customer, wish, { from, to: status, source: event.source, reason: null });
    const { actor, wording } = wish;
    replace(customer, {
      channel,
      key,
      topic,
      status,
      source: event.source,
      actor,
      wording,
      at: event.timestamp,
      changed: true,
    });
  }
}

/** A number that leaves or enters a profile other than by its owner's word takes no consent along. */
export function forgetConsentTo(batch: Batch, customer: Customer, phone: string, source: string): void {
  for (const subscription of customer.subscriptions) {
    if (subscription.key !== phone || subscription.status !== 'subscribed') continue;
    record(batch, customer, subscription, { from: 'subscribed', to: 'none', source, reason: 'phone_moved' });
    replace(customer, {
      ...subscription,
      status: 'none',
      source,
      actor: null,
      wording: null,
      at: batch.now,
      changed: true,
    });
  }
}

function isAbout(a: Address, b: Address): boolean {
  return a.channel === b.channel && a.key === b.key && a.topic === b.topic;
}

type Address = Pick<ConsentWish, 'channel' | 'key' | 'topic'>;

function replace(customer: Customer, subscription: HeldSubscription): void {
  customer.subscriptions = [
    ...customer.subscriptions.filter((one) => !isAbout(one, subscription)),
    subscription,
  ];
}

function record(
  batch: Batch,
  customer: Customer,
  { channel, key, topic, actor, wording }: Address & Pick<ConsentWish, 'actor' | 'wording'>,
  change: {
    readonly from: string;
    readonly to: string;
    readonly source: string;
    readonly reason: string | null;
  },
): void {
  const mark = batch.writes.mark();
  batch.writes.consentChanges.push({
    mark,
    customer,
    at: batch.now,
    channel,
    key,
    topic,
    actor,
    wording,
    ...change,
  });
}
