import type { z } from 'zod';
import type { EventDefinition, MessageDefinition } from './define';
import type { events } from './events';
import type { messages } from './messages';
import type { offers } from './offers';

export type EventName = keyof typeof events;
export type EventProperties<E extends EventName> =
  (typeof events)[E] extends EventDefinition<infer P> ? Flat<z.infer<P>> : never;

export type MessageId = keyof typeof messages;
export type MessageData<M extends MessageId> =
  (typeof messages)[M] extends MessageDefinition<infer Data> ? Data : never;

export type OfferName = keyof typeof offers;

/** A loose object's declared properties, without its index signature: a misspelt one is then a type error. */
type Flat<T> = { [K in keyof T as string extends K ? never : K]: T[K] };
