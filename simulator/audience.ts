import type { Condition } from '../catalog/audience';
import { elapsed } from '../catalog/duration';
import type { Customer } from '../ingest/customer';
import type { VirtualRecord } from './record';

/** Whether a customer is in an audience now, by the same rules as the statement that asks Postgres. */
export function isInside(condition: Condition, customer: Customer, about: About): boolean {
  const inside = (one: Condition) => isInside(one, customer, about);
  if ('all' in condition) return condition.all.every(inside);
  if ('any' in condition) return condition.any.some(inside);
  if ('not' in condition) return !inside(condition.not);
  if ('stage' in condition) return condition.stage.includes(customer.stages.stage ?? 'none');
  if ('known' in condition) return isKnown(valueOf(customer, condition.trait)) === condition.known;
  if ('trait' in condition) {
    const value = valueOf(customer, condition.trait);
    return isComparable(value) && condition.in.some((one) => String(one) === String(value));
  }
  if ('did' in condition) {
    return count(condition.did, condition.within, customer, about) >= Math.max(1, condition.times ?? 1);
  }
  if ('didNot' in condition) return count(condition.didNot, condition.within, customer, about) === 0;
  return isSubscribed(condition, customer, about.record);
}

export interface About {
  readonly record: VirtualRecord;
  readonly now: Date;
}

function valueOf({ record: { traits } }: Customer, trait: string): unknown {
  return Object.hasOwn(traits, trait) ? traits[trait] : undefined;
}

const isKnown = (value: unknown) => value !== undefined && value !== null;
const isComparable = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);

function count(
  name: string,
  within: Extract<Condition, { did: string }>['within'],
  { profileId }: Customer,
  { record, now }: About,
): number {
  const since = within ? now.getTime() - elapsed(within) : Number.NEGATIVE_INFINITY;
  const tracks = record.tracks.get(profileId) ?? [];
  return tracks.filter((track) => track.name === name && track.timestamp > since).length;
}

function isSubscribed(
  { subscribedTo: channel, topic = '' }: Extract<Condition, { subscribedTo: string }>,
  { phone, subscriptions }: Customer,
  record: VirtualRecord,
): boolean {
  if (phone === null || record.isClosed(channel, phone, 'stop')) return false;
  return subscriptions.some(
    (one) =>
      one.channel === channel && one.key === phone && one.topic === topic && one.status === 'subscribed',
  );
}
