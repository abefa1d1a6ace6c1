import type { z } from 'zod';
import type { Condition } from './audience';
import type { EventDefinition, MessageDefinition, OfferDefinition, TraitDefinition } from './define';
import type { Register } from './registry';
import type { systemTraits } from './system-traits';

/** A property by name, looked at alone: inferring it would have the compiler go round in circles, messages being part of the catalog. */
type At<T, Name, Absent> = Name extends keyof T ? T[Name] : Absent;

/** A part of the registered catalog; of a project that registers none, anything. */
type Part<Name extends string, Anything> = At<At<Register, 'catalog', unknown>, Name, Anything>;

type Events = Part<'events', { readonly [name: string]: EventDefinition }>;
type Messages = Part<'messages', { readonly [id: string]: MessageDefinition<object> }>;
type Audiences = Part<'audiences', { readonly [name: string]: Condition }>;
/** A catalog that declares none has those that mean something to Jornada. */
type Declared = At<
  At<Register, 'catalog', { traits: { readonly [name: string]: TraitDefinition<z.ZodType, false> } }>,
  'traits',
  Record<never, never>
>;
type Traits = Declared & Omit<typeof systemTraits, keyof Declared>;
type Offers = Part<'offers', { readonly [name: string]: OfferDefinition }>;

export type EventName = Extract<keyof Events, string>;
export type EventProperties<E extends EventName> =
  Events[E] extends EventDefinition<infer P> ? Flat<z.infer<P>> : never;

export type MessageId = Extract<keyof Messages, string>;
export type MessageData<M extends MessageId> =
  Messages[M] extends MessageDefinition<infer Data> ? Data : never;

export type OfferName = Extract<keyof Offers, string>;

/** An offer that comes with a unique code, from a pool of them. */
export type CodedOfferName = string extends OfferName
  ? string
  : { [O in OfferName]: Offers[O] extends { readonly codes: true } ? O : never }[OfferName];

/** An offer that is the same for everybody. */
export type PlainOfferName = string extends OfferName ? string : Exclude<OfferName, CodedOfferName>;

export type AudienceName = Extract<keyof Audiences, string>;

export type TraitName = Extract<keyof Traits, string>;
/** What a trait is where it is known: as declared. */
export type TraitValue<T extends TraitName> =
  Traits[T] extends TraitDefinition<infer S, boolean> ? z.input<S> : never;
/** Every trait with its type, as an audience may name them. */
export type TraitValues = { readonly [T in TraitName]: TraitValue<T> };
/** What a journey may see of a customer: the traits that are not personal, each of them possibly unknown. */
export type SeenTraits = {
  readonly [T in TraitName as Traits[T] extends { readonly pii: false } ? T : never]?: TraitValue<T>;
};
/** Traits as a service tells them: those declared as declared, null to forget one; any other is kept as it comes. */
export type GivenTraits = { readonly [T in TraitName]?: TraitValue<T> | null } & {
  readonly [trait: string]: unknown;
};

/** A language that every message must have: one of the workspace's `locales`. */
export type Locale = Extract<At<At<Part<'workspace', unknown>, 'locales', unknown>, number, string>, string>;

/** A loose object's declared properties, without its index signature: a misspelt one is then a type error. */
type Flat<T> = { [K in keyof T as string extends K ? never : K]: T[K] };
