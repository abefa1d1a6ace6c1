import { z } from 'zod';
import type { EventDefinition } from '../catalog/define';
import type { RunEvent } from '../workflows/runtime/contract';

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly items?: Schema;
}

/** Properties that an event of the plan may have, made up by its schema: each the plainest value that fits. */
export function sampleProperties(event: EventDefinition | undefined, at: number): RunEvent['properties'] {
  return Object.fromEntries(shownOf(event).map(([name, property]) => [name, sampleOf(property, at)]));
}

/** The same with one of them otherwise, as far as the plan names what there is: `with tier gold`, `without amount`. */
export interface Variant {
  readonly words: string;
  readonly properties: RunEvent['properties'];
}

export function variantsOf(event: EventDefinition | undefined, at: number): Variant[] {
  const plain = sampleProperties(event, at);
  return shownOf(event).flatMap(([name, property, required]): Variant[] => {
    const { [name]: _left, ...rest } = plain;
    const others = valuesOf(property).filter((value) => value !== plain[name]);
    return [
      ...others.map((value) => ({
        words: `with ${name} ${String(value)}`,
        properties: { ...plain, [name]: value },
      })),
      ...(required ? [] : [{ words: `without ${name}`, properties: rest }]),
    ];
  });
}

/** What journeys see of an event, by its default version. */
function shownOf(event: EventDefinition | undefined): [name: string, property: Schema, required: boolean][] {
  const schema = event?.versions[event.defaultVersion];
  if (!event || !schema) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    unrepresentable: 'any',
    io: 'input',
  }) as Schema;
  return Object.entries(properties)
    .filter(([name]) => !event.pii.includes(name))
    .map(([name, property]) => [name, property, required.includes(name)]);
}

/** Every value that there is, where the schema names them. */
function valuesOf({ const: only, enum: names, anyOf = [], type }: Schema): RunEvent['properties'][string][] {
  if (only !== undefined) return [only] as never;
  if (names) return [...names] as never;
  return type === 'boolean' ? [true, false] : anyOf.flatMap(valuesOf);
}

function sampleOf(schema: Schema, at: number): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf?.[0]) return sampleOf(schema.anyOf[0], at);
  switch (schema.type) {
    case 'string':
      return textOf(schema.format, at);
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return schema.items ? [sampleOf(schema.items, at)] : [];
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, property]) => [name, sampleOf(property, at)]),
      );
    default:
      return 'sample';
  }
}

/** What is to come is to come in five days. */
function textOf(format: string | undefined, at: number): string {
  const soon = new Date(at + 5 * 86_400_000).toISOString();
  if (format === 'date-time') return soon;
  return format === 'date' ? soon.slice(0, 10) : 'sample';
}
