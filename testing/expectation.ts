import type { TimelineItem } from '../simulator/timeline';
import { TestCustomer } from './customer';
import { secondOf, timelineText } from './timeline-text';

/** What jest is told of an expectation. */
export interface Outcome {
  readonly pass: boolean;
  readonly message: () => string;
}

export function customerOf(received: unknown): TestCustomer {
  if (received instanceof TestCustomer) return received;
  throw new TypeError('This is expected of a customer: the one that `customer` of a test answered.');
}

export function timelineOf(received: unknown, kind: TimelineItem['kind']): readonly TimelineItem[] {
  return customerOf(received).timeline(kind);
}

export function changes(
  received: unknown,
  fields: { readonly [field: string]: unknown },
): readonly TimelineItem[] {
  return timelineOf(received, 'enrollment').filter((change) =>
    Object.entries(fields).every(([field, value]) => change[field] === value),
  );
}

export function decisions(
  received: unknown,
  message: string,
  verdict: string,
  reason?: string,
): readonly TimelineItem[] {
  return timelineOf(received, 'decision').filter(
    (decision) =>
      decision['message'] === message &&
      decision['verdict'] === verdict &&
      (reason === undefined || decision['reason'] === reason),
  );
}

export function isSame(at: string, expected: string): boolean {
  const instant = Date.parse(expected);
  if (Number.isNaN(instant))
    throw new TypeError(`'${expected}' is no instant: write ISO 8601 with its offset.`);
  return Date.parse(at) === instant;
}

export function contains(text: unknown, wanted: string | RegExp): boolean {
  if (typeof text !== 'string') return false;
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
}

export function details(expected: object): string {
  const stated = Object.entries(expected).filter(([, value]) => value !== undefined);
  if (stated.length === 0) return '';
  return ` with ${stated.map(([name, value]) => `${name} ${shown(value)}`).join(', ')}`;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return secondOf(value);
  return value instanceof RegExp ? String(value) : JSON.stringify(value);
}

export function told(received: unknown, pass: boolean, what: string): Outcome {
  const customer = customerOf(received);
  return {
    pass,
    message: () =>
      `expected ${customer.name} ${pass ? 'not ' : ''}${what}\n\nWhat happened to ${customer.name}:\n${timelineText(customer.timeline())}`,
  };
}
