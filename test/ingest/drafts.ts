import type { JsonObject } from '../../ingest';
import type { Draft } from './world';

let made = 0;

/** A name that no other test of the file has. */
export const fresh = (prefix: string): string => `${prefix}${++made}`;

/** A number that no other test of the file has. */
export const freshPhone = (): string => `+1646${2_000_000 + ++made}`;

export const track = (name: string, properties: JsonObject, who: Partial<Draft>): Draft => ({
  type: 'track',
  name,
  properties,
  ...who,
});

export const identify = (userId: string, traits: JsonObject = {}, rest: Partial<Draft> = {}): Draft => ({
  type: 'identify',
  userId,
  traits,
  ...rest,
});

export const checkIn = (visitId: unknown, who: Partial<Draft>): Draft =>
  track('Visit Checked In', { visitId, providerId: 'P1' }, who);

/** The context of an identify that says so of one number. */
export const consents = (key: string, status: string, rest: JsonObject = {}): JsonObject => ({
  messaging_subscriptions: [{ key, type: 'SMS', status, ...rest }],
});
