import type { Purpose } from '../../catalog/policy';
import {
  type ConsentFacts,
  effectiveConsent,
  type Subscription,
  type Suppression,
} from '../../rules/consent/effective';

const phone = '+12125550142';
const at = new Date('2027-01-05T15:00:00Z');
const record = (status: Subscription['status'], topic = '', key = phone): Subscription => ({
  channel: 'sms',
  key,
  topic,
  status,
  source: 'clinic form',
  at,
});
const closed = (kind: Suppression['kind'], address = phone): Suppression => ({
  channel: 'sms',
  address,
  kind,
  source: 'inbound',
  at,
});
const offers = { name: 'offers' };
const careNews = { name: 'care-news', optOut: true };

function ask(purpose: Purpose, facts: Partial<ConsentFacts>): string {
  const answer = effectiveConsent({
    channel: 'sms',
    address: phone,
    purpose,
    subscriptions: [],
    suppressions: [],
    ...facts,
  });
  return answer.allowed ? 'allowed' : answer.reason;
}

describe('consent', () => {
  it.each<[string, Partial<ConsentFacts>, string, string]>([
    ['no record', {}, 'consent', 'allowed'],
    ['subscribed', { subscriptions: [record('subscribed')] }, 'allowed', 'allowed'],
    ['unsubscribed', { subscriptions: [record('unsubscribed')] }, 'consent', 'allowed'],
    ['none', { subscriptions: [record('none')] }, 'consent', 'allowed'],
    [
      'another number subscribed',
      { subscriptions: [record('subscribed', '', '+12125550199')] },
      'consent',
      'allowed',
    ],
    ['another topic subscribed', { subscriptions: [record('subscribed', 'offers')] }, 'consent', 'allowed'],
    [
      'no record on an opt-in topic',
      { topic: offers, subscriptions: [record('subscribed')] },
      'consent',
      'allowed',
    ],
    [
      'subscribed to an opt-in topic',
      { topic: offers, subscriptions: [record('subscribed', 'offers')] },
      'allowed',
      'allowed',
    ],
    ['no record on an opt-out topic', { topic: careNews }, 'allowed', 'allowed'],
    [
      'none on an opt-out topic',
      { topic: careNews, subscriptions: [record('none', 'care-news')] },
      'allowed',
      'allowed',
    ],
    [
      'unsubscribed from an opt-out topic',
      { topic: careNews, subscriptions: [record('unsubscribed', 'care-news')] },
      'consent',
      'allowed',
    ],
    [
      'the channel unsubscribed, its topic not',
      { topic: offers, subscriptions: [record('unsubscribed'), record('subscribed', 'offers')] },
      'consent',
      'allowed',
    ],
    [
      'STOP, though subscribed',
      { subscriptions: [record('subscribed')], suppressions: [closed('stop')] },
      'consent',
      'consent',
    ],
    ['STOP, on an opt-out topic', { topic: careNews, suppressions: [closed('stop')] }, 'consent', 'consent'],
    [
      'STOP from another number',
      { subscriptions: [record('subscribed')], suppressions: [closed('stop', '+12125550199')] },
      'allowed',
      'allowed',
    ],
    [
      'an unreachable number',
      { subscriptions: [record('subscribed')], suppressions: [closed('unreachable')] },
      'unreachable',
      'unreachable',
    ],
    [
      'STOP from an unreachable number',
      { suppressions: [closed('unreachable'), closed('stop')] },
      'consent',
      'consent',
    ],
    [
      'an unreachable number, not subscribed',
      { suppressions: [closed('unreachable')] },
      'consent',
      'unreachable',
    ],
    ['no number', { address: undefined }, 'unreachable', 'unreachable'],
  ])('%s: marketing and transactional are answered', (_, facts, marketing, transactional) => {
    expect(ask('marketing', facts)).toBe(marketing);
    expect(ask('moment', facts)).toBe(marketing);
    expect(ask('transactional', facts)).toBe(transactional);
  });

  it('names the record that decided, without the number', () => {
    const answer = effectiveConsent({
      channel: 'sms',
      address: phone,
      purpose: 'marketing',
      topic: offers,
      subscriptions: [record('subscribed'), record('unsubscribed', 'offers')],
      suppressions: [],
    });
    expect(answer).toEqual({
      allowed: false,
      reason: 'consent',
      saw: {
        channel: 'sms',
        topic: 'offers',
        status: 'unsubscribed',
        source: 'clinic form',
        at: '2027-01-05T15:00:00.000Z',
      },
    });
  });
});
