import { beginning } from '../rules/beginning';
import type { Identifier } from '../rules/identity/identifiers';
import { toE164 } from '../rules/phone';
import type { SubscriptionRow } from '../store/subscriptions';
import type { JsonObject } from './accepted-event';

/** What an identify wants a subscription to be. */
export type ConsentWish = Pick<SubscriptionRow, 'channel' | 'key' | 'topic' | 'status' | 'actor' | 'wording'>;

/** Reads `context.messaging_subscriptions`, as Segment's Engage took it. What is no subscription is passed over. */
export function consentWishes(context: JsonObject, country: string): ConsentWish[] {
  return subscriptionsOf(context).flatMap((item) => wishesOf(item, country));
}

function wishesOf(item: JsonObject, country: string): ConsentWish[] {
  const channel = channelOf(item.type);
  if (channel === undefined) return [];
  const key = keyOf(channel, item.key, country);
  if (key === undefined) return [];
  const about = { channel, key, actor: text(item.actor), wording: text(item.wording) };
  const groups = Array.isArray(item.groups) ? item.groups.slice(0, MOST).map(bag) : [];
  return [{ name: '', status: item.status }, ...groups].flatMap(({ name, status }) => {
    const wanted = statusOf(status);
    if (wanted === undefined || typeof name !== 'string' || name.length > LONGEST) return [];
    return [{ topic: name, status: wanted, ...about }];
  });
}

/** The addresses that are none, as they were written; at most 64 characters of each. */
export function refusedAddresses(context: JsonObject, country: string): Identifier[] {
  return subscriptionsOf(context).flatMap((item) => {
    const channel = channelOf(item.type);
    const written = typeof item.key === 'number' ? String(item.key) : text(item.key);
    if (channel === undefined || written === null || keyOf(channel, item.key, country) !== undefined)
      return [];
    return [{ type: channel === 'email' ? 'email' : 'phone', value: beginning(written, 64) }];
  });
}

function subscriptionsOf(context: JsonObject): JsonObject[] {
  const list = context[subscriptionsField(context)];
  return Array.isArray(list) ? list.slice(0, MOST).map(bag) : [];
}

/** Where an identify holds them: Segment's libraries write either. */
export function subscriptionsField(
  context: JsonObject,
): 'messaging_subscriptions' | 'messagingSubscriptions' {
  return (context.messaging_subscriptions ?? undefined) === undefined
    ? 'messagingSubscriptions'
    : 'messaging_subscriptions';
}

/** The channel of a subscription, in either case; undefined for one that is not texted on. */
export function channelOf(type: unknown): SubscriptionRow['channel'] | undefined {
  return channels.get(word(type));
}

/** How a subscription shall stand, in either case; undefined for what cannot be understood. */
export function statusOf(status: unknown): SubscriptionRow['status'] | undefined {
  return statuses.get(word(status));
}

function keyOf(channel: SubscriptionRow['channel'], key: unknown, country: string): string | undefined {
  return channel === 'email' ? email(key) : toE164(key, country)?.e164;
}

/** What Engage calls the channels that are texted on, in lower case. */
const channels = new Map([
  ['sms', 'sms'],
  ['whatsapp', 'whatsapp'],
  ['email', 'email'],
] as const) as ReadonlyMap<string, SubscriptionRow['channel']>;

/** What Engage calls how a subscription stands, in lower case. */
const statuses = new Map([
  ['subscribed', 'subscribed'],
  ['unsubscribed', 'unsubscribed'],
  ['did_not_subscribe', 'none'],
] as const) as ReadonlyMap<string, SubscriptionRow['status']>;

/** The words for it, as Engage writes them. */
export const statusWords = [...statuses.keys()].map((one) => one.toUpperCase());

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
