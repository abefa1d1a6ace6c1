import type { Purpose } from '../../catalog/policy';

export interface Subscription {
  readonly channel: string;
  /** The address it is about: an E.164 phone or an e-mail. */
  readonly key: string;
  /** '' is the channel itself. */
  readonly topic: string;
  readonly status: 'subscribed' | 'unsubscribed' | 'none';
  readonly source: string;
  readonly at: Date;
}

/** Closes an address to every purpose and topic. */
export interface Suppression {
  readonly channel: string;
  readonly address: string;
  readonly kind: 'stop' | 'unreachable';
  readonly source: string;
  readonly at: Date;
}

export interface ConsentFacts {
  readonly channel: string;
  /** Where the message would go; absent when the customer has no such address. */
  readonly address?: string | undefined;
  readonly purpose: Purpose;
  /** What the message is sent on. Absent: the channel itself, which is opt-in. */
  readonly topic?: ConsentTopic | undefined;
  readonly subscriptions: readonly Subscription[];
  readonly suppressions: readonly Suppression[];
}

export interface ConsentTopic {
  readonly name: string;
  /** An opt-out topic takes silence for consent. Default false. */
  readonly optOut?: boolean;
}

/** The answer, with the record that decided it. */
export type Consent = { readonly saw: ConsentSeen } & (
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: 'consent' | 'unreachable' }
);

export interface ConsentSeen {
  readonly channel: string;
  readonly topic?: string;
  /** `no_address`, `stopped` and `unreachable` come before what was subscribed to. */
  readonly status: Subscription['status'] | 'stopped' | 'unreachable' | 'no_address';
  readonly source?: string;
  /** ISO 8601 */
  readonly at?: string;
}

/**
 * Whether this message may go to this address. STOP closes it to everything; marketing and moment need `subscribed`,
 * on an opt-out topic anything but `unsubscribed`, and an `unsubscribed` channel closes all its topics; transactional
 * needs neither. An address that cannot be reached, or is missing, is asked about last: nobody consents to it.
 */
export function effectiveConsent(facts: ConsentFacts): Consent {
  const { address } = facts;
  if (address === undefined) {
    return { allowed: false, reason: 'unreachable', saw: seen(facts, 'no_address') };
  }
  const stop = suppressionOf(facts, address, 'stop');
  if (stop) return { allowed: false, reason: 'consent', saw: seen(facts, 'stopped', stop) };

  const { record, allowed } = subscriptionOf(facts, address);
  const saw = seen(facts, record?.status ?? 'none', record);
  if (!allowed) return { allowed: false, reason: 'consent', saw };

  const unreachable = suppressionOf(facts, address, 'unreachable');
  if (!unreachable) return { allowed: true, saw };
  return {
    allowed: false,
    reason: 'unreachable',
    saw: seen(facts, 'unreachable', unreachable),
  };
}

function subscriptionOf(
  { channel, purpose, topic, subscriptions }: ConsentFacts,
  address: string,
): { record: Subscription | undefined; allowed: boolean } {
  const recordOf = (name: string) =>
    subscriptions.find((one) => one.channel === channel && one.key === address && one.topic === name);
  const whole = recordOf('');
  const record = topic && whole?.status !== 'unsubscribed' ? recordOf(topic.name) : whole;
  switch (purpose) {
    case 'transactional':
      return { record, allowed: true };
    case 'moment':
    case 'marketing':
      return {
        record,
        allowed: topic?.optOut ? record?.status !== 'unsubscribed' : record?.status === 'subscribed',
      };
  }
}

function suppressionOf({ channel, suppressions }: ConsentFacts, address: string, kind: Suppression['kind']) {
  return suppressions.find((one) => one.channel === channel && one.address === address && one.kind === kind);
}

function seen(
  { channel, topic }: ConsentFacts,
  status: ConsentSeen['status'],
  record?: { readonly source: string; readonly at: Date },
): ConsentSeen {
  return {
    channel,
    ...(topic && { topic: topic.name }),
    status,
    ...(record && { source: record.source, at: record.at.toISOString() }),
  };
}
