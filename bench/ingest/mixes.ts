import { randomUUID } from 'node:crypto';

/** An event as a server sends it with Segment's client. */
export type Call = Readonly<Record<string, unknown>>;

export type Mix = 'known customers' | 'new customers';

const context = { library: { name: '@segment/analytics-node', version: '3.1.0' } };

/** How many customers the tracks of known ones are spread over: with few of them, transactions wait for each other. */
export const knownCount = 50_000;

export function identifyKnown(index: number): Call {
  return {
    type: 'identify',
    messageId: randomUUID(),
    userId: `known-${index}`,
    traits: { firstName: 'Anna', plan: 'gold', city: 'New York' },
    context,
    timestamp: new Date().toISOString(),
  };
}

/** Most of what comes in: something a known customer does that no journey listens to. */
function knownTrack(): Call {
  return {
    type: 'track',
    messageId: randomUUID(),
    userId: `known-${Math.floor(Math.random() * knownCount)}`,
    event: 'App Opened',
    properties: {
      screen: 'home',
      path: '/home/overview',
      referrer: 'https://example.com/news',
      plan: 'gold',
      count: 12,
    },
    context,
    timestamp: new Date().toISOString(),
  };
}

function newIdentify(): Call {
  const id = randomUUID();
  return {
    type: 'identify',
    messageId: id,
    userId: `user-${id}`,
    anonymousId: `anonymous-${id}`,
    traits: { firstName: 'Anna', email: `${id}@example.com`, plan: 'gold', city: 'New York' },
    context,
    timestamp: new Date().toISOString(),
  };
}

export function eventsOf(mix: Mix, count: number): Call[] {
  return Array.from({ length: count }, mix === 'known customers' ? knownTrack : newIdentify);
}
