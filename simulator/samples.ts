import type { z } from 'zod';
import type { Random } from './random';

/** The properties of an event as somebody might send them; what is optional is there in half of the cases. */
export function sampleOf(
  schema: z.ZodObject | undefined,
  random: Random,
  at: number,
): { readonly [property: string]: unknown } {
  const fields = Object.entries(schema?.shape ?? {}).flatMap(([property, type]) => {
    const value = valueOf(type as Schema, random, { at, property });
    return value === undefined ? [] : [[property, value] as const];
  });
  return Object.fromEntries(fields);
}

/** What of a zod schema tells how a value looks. */
interface Schema {
  readonly def: {
    readonly type: string;
    readonly format?: string;
    readonly innerType?: Schema;
    readonly options?: readonly Schema[];
    readonly entries?: { readonly [name: string]: unknown };
    readonly values?: readonly unknown[];
    readonly element?: Schema;
  };
}

const features = ['find-provider', 'reminders', 'rewards', 'family'] as const;
const DAY = 86_400_000;

function valueOf({ def }: Schema, random: Random, about: { at: number; property: string }): unknown {
  switch (def.type) {
    case 'string':
      if (def.format === 'datetime') return new Date(about.at + (1 + random.below(14)) * DAY).toISOString();
      if (about.property === 'feature') return random.pick(features);
      return `${about.property}-${random.below(10_000)}`;
    case 'number':
      return Math.round(random.next() * 10_000) / 100;
    case 'boolean':
      return random.next() < 0.5;
    case 'optional':
    case 'nullable':
    case 'default':
      return def.innerType && random.next() < 0.5 ? valueOf(def.innerType, random, about) : undefined;
    case 'union':
      return def.options?.[0] && valueOf(def.options[0], random, about);
    case 'enum':
      return Object.values(def.entries ?? {})[random.below(Object.keys(def.entries ?? {}).length)];
    case 'literal':
      return def.values?.[0];
    case 'array':
      return def.element ? [valueOf(def.element, random, about)] : [];
    default:
      return undefined;
  }
}
