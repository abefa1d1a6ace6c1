import type { z } from 'zod';
import type { Locale } from './types';

/** One event of the tracking plan. */
export interface EventDefinition<P extends z.ZodObject = z.ZodObject> {
  /** Properties by version. Unknown properties are kept; a missing or mistyped one is a violation. */
  readonly versions: { readonly [version: number]: z.ZodObject };
  /** Judged by this version when `context.protocols.event_version` is absent. */
  readonly defaultVersion: number;
  /** Properties that never leave Postgres: they are kept out of workflows and logs. */
  readonly pii: readonly string[];
  /** Made by Jornada alone; refused from outside as `unknown_event`. */
  readonly internal: boolean;
  /** Who sends it, for people and for `npx jornada check`: names of services or sources. */
  readonly sentBy: readonly string[];
  /** Carries the property types of the default version; never set. */
  readonly _properties?: z.infer<P>;
}

/** What an event may say beyond its properties. */
export interface EventOptions {
  /** Further versions, judged only by their own schema. */
  versions?: { [version: number]: z.ZodObject };
  /** Version assumed when the event states none. Default 1, the schema given first. */
  defaultVersion?: number;
  /** Properties that are personal: they stay in Postgres, out of workflows, histories and logs. Default: none. */
  pii?: readonly string[];
  /** Made by Jornada alone: from outside it is quarantined as `unknown_event`. Default false. */
  internal?: boolean;
  /**
   * Who sends it: names of services or of sources, as you call them. `npx jornada check` fails on an event that nobody is
   * said to send, for a journey would wait for it in vain. It refuses nobody. Default: nobody.
   */
  sentBy?: readonly string[];
}

/**
 * Declares an event: its properties (version 1) and, where there are any, its further versions. Events are judged as they
 * arrive: with a check that answers with a promise, as `.refine(async …)`, the project is not loaded.
 */
export function event<P extends z.ZodObject>(properties: P, options: EventOptions = {}): EventDefinition<P> {
  return {
    versions: { 1: properties, ...options.versions },
    defaultVersion: options.defaultVersion ?? 1,
    pii: options.pii ?? [],
    internal: options.internal ?? false,
    sentBy: options.sentBy ?? [],
  };
}

/** What every template may use besides its own data. */
export interface TemplateContext {
  /** The trait `firstName`; absent when unknown. */
  readonly firstName?: string;
  /** An instant (ISO 8601) as a local time of day in the customer's zone, in the message's language. */
  time(instant: string): string;
  /** An instant (ISO 8601) as a local date in the customer's zone, in the message's language. */
  date(instant: string): string;
}

/** Makes the text of a message in one language. What it throws makes the send `suppressed(content)`. */
export type Template<Data> = (context: TemplateContext & Data) => string;

/** One message, in every language of the workspace. */
export interface MessageDefinition<Data> {
  /** One text per locale of the workspace; the compiler asks for each. */
  readonly text: { readonly [L in Locale]: Template<Data> };
  /** The consent topic it is sent on; absent: the channel's own subscription. */
  readonly topic?: string;
  /** Most SMS segments it may take in any locale. Default 2. */
  readonly maxSegments?: number;
  /** Data to count segments with when the project is built. */
  readonly sample: Data;
}

/** Declares a message and, by its type argument, the data `j.send` must give. */
export function message<Data extends object = Record<never, never>>(
  definition: MessageDefinition<Data>,
): MessageDefinition<Data> {
  return definition;
}

/** One trait of customers. */
export interface TraitDefinition<S extends z.ZodType = z.ZodType, Pii extends boolean = boolean> {
  /** What a value must be for a journey to see it. */
  readonly schema: S;
  /** Never leaves Postgres: journeys do not see it. */
  readonly pii: Pii;
}

/** What a trait may say beyond its schema. */
export interface TraitOptions<Pii extends boolean = boolean> {
  /** Personal: it never leaves Postgres, and journeys do not see it. Audiences may go by it all the same. Default false. */
  pii?: Pii;
}

/**
 * Declares a trait of customers: what its values look like, for `j.profile()` and for audiences. It refuses nobody: a
 * value that does not fit is kept as it came, and journeys see the customer without the trait. Values are judged, never
 * changed, so what a schema transforms or fills in is not seen. They are judged where they stand: with a check that
 * answers with a promise the project is not loaded.
 *
 * @example plan: trait(z.enum(['basic', 'plus']))
 */
export function trait<S extends z.ZodType>(
  schema: S,
  options?: TraitOptions<false>,
): TraitDefinition<S, false>;
export function trait<S extends z.ZodType>(schema: S, options: TraitOptions<true>): TraitDefinition<S, true>;
export function trait(schema: z.ZodType, { pii = false }: TraitOptions = {}): TraitDefinition {
  return { schema, pii };
}

/** One offer that journeys can grant. */
export interface OfferDefinition {
  /** What the customer gets, for operators. */
  readonly description: string;
  /**
   * Each grant comes with a unique code, out of the pool that `npx jornada codes load` fills. A journey that grants it says
   * so in its policy, `codes`. Default: it is the same for everybody.
   */
  readonly codes?: true;
}

/** Declares an offer that journeys can grant; its name is what the customer's record shows. */
export function offer<const D extends OfferDefinition>(definition: D): D {
  return definition;
}
