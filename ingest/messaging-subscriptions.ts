import { beginning } from '../rules/beginning';
import { toE164 } from '../rules/phone';
import type { SubscriptionRow } from '../store/subscriptions';
import type { JsonObject } from './accepted-event';

/** What an identify wants a subscription to be. */
export type ConsentWish = Pick<SubscriptionRow, 'channel' | 'key' | 'topic' | 'status' | 'actor' | 'wording'>;

/** Reads `context.messaging_subscriptions`, as Segment's Engage took it. What is no subscription is passed over. */
export function consentWishes(context: JsonObject, country: string): ConsentWish[] {
  const list = context.messaging_subscriptions ?? context.messagingSubscriptions;
  if (!Array.isArray(list)) return [];
  return list.slice(0, MOST).flatMap((item) => wishesOf(bag(item), country));
}

function wishesOf(item: JsonObject, country: string): ConsentWish[] {
  const channel = channels.get(word(item.type));
  if (channel === undefined) return [];
  const key = channel === 'email' ? email(item.key) : toE164(item.key, country)?.e164;
  if (key === undefined) return [];
  const about = { channel, key, actor: text(item.actor), wording: text(item.wording) };
  const groups = Array.isArray(item.groups) ? item.groups.slice(0, MOST).map(bag) : [];
  return [{ name: '', status: item.status }, ...groups].flatMap(({ name, status }) => {
    const wanted = statuses.get(word(status));
    if (wanted === undefined || typeof name !== 'string' || name.length > LONGEST) return [];
    return [{ topic: name, status: wanted, ...about }];
  });
}

const channels = new Map([
  ['sms', 'sms'],
  ['whatsapp', 'whatsapp'],
  ['email', 'email'],
] as const) as ReadonlyMap<string, SubscriptionRow['channel']>;

const statuses = new Map([
  ['subscribed', 'subscribed'],
  ['unsubscribed', 'unsubscribed'],
  ['did_not_subscribe', 'none'],
] as const) as ReadonlyMap<string, SubscriptionRow['status']>;

function word(value: unknown): string {
  return typeof value === 'string' ? value.trim().toLowerCase() : '';
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? beginning(value, LONGEST_TEXT) : null;
}

function email(value: unknown): string | undefined {
  const address = word(value);
  return address.includes('@') && address.length <= LONGEST ? address : undefined;
}

function bag(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

const MOST = 100;
/** Characters of an address or a topic; longer ones would not fit an index. */
const LONGEST = 256;
/** Characters of what was said and who said it, which is kept with each topic. */
const LONGEST_TEXT = 1_000;
