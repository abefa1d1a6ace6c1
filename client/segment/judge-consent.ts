import { channelOf, type JsonObject, statusOf, statusWords, subscriptionsField } from '../../ingest';
import { isObject } from './parse-call';
import { required, type Violation, wrongType } from './violation';

/**
 * What is wrong with `context.messaging_subscriptions` of an identify. A word about consent that cannot be understood
 * is set aside to be read, not passed over; but whoever wants out is heard at once, whatever else is wrong with what
 * says so. Channels that we do not text on are none of our business, and an address that is none spoils nothing else.
 */
export function judgeConsent(context: JsonObject): Violation[] {
  const name = subscriptionsField(context);
  const list = context[name];
  if (isMissing(list)) return [];
  const path = `context.${name}`;
  if (!Array.isArray(list)) return [wrongType(path, 'a list', list)];
  if (list.some(wantsOut)) return [];
  return list.flatMap((item: unknown, index) => judgeSubscription(`${path}.${index}`, item));
}

function wantsOut(item: unknown): boolean {
  if (!isObject(item) || channelOf(item.type) === undefined) return false;
  const parts: unknown[] = [item, ...(Array.isArray(item.groups) ? item.groups : [])];
  return parts.some((one) => isObject(one) && statusOf(one.status) === 'unsubscribed');
}

function judgeSubscription(path: string, item: unknown): Violation[] {
  if (!isObject(item)) return [wrongType(path, 'an object', item)];
  const { type, status, groups } = item;
  const channel = judgeText(`${path}.type`, type);
  if (channel.length > 0) return channel;
  if (channelOf(type) === undefined) return [];
  const ofGroups = judgeGroups(`${path}.groups`, groups);
  // Without a word about the channel itself, one about its topics will do.
  const onlyGroups = isMissing(status) && Array.isArray(groups) && groups.length > 0;
  return [...(onlyGroups ? [] : judgeStatus(`${path}.status`, status)), ...ofGroups];
}

function judgeGroups(path: string, groups: unknown): Violation[] {
  if (isMissing(groups)) return [];
  if (!Array.isArray(groups)) return [wrongType(path, 'a list', groups)];
  return groups.flatMap((group: unknown, index) => {
    const at = `${path}.${index}`;
    if (!isObject(group)) return [wrongType(at, 'an object', group)];
    return [...judgeText(`${at}.name`, group.name), ...judgeStatus(`${at}.status`, group.status)];
  });
}

function judgeStatus(path: string, status: unknown): Violation[] {
  const violations = judgeText(path, status);
  if (violations.length > 0 || statusOf(status) !== undefined) return violations;
  return [{ path, code: 'type', message: `expected one of ${statusWords.join(', ')}, in either case` }];
}

function judgeText(path: string, value: unknown): Violation[] {
  if (isMissing(value) || value === '') return [required(path)];
  return typeof value === 'string' ? [] : [wrongType(path, 'text', value)];
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}
