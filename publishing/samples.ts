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
  readonly items?: Schema;
}

/** Properties that an event of the plan may have, made up by its schema: each the plainest value that fits. */
export function sampleProperties(event: EventDefinition | undefined, at: number): RunEvent['properties'] {
  const schema = event?.versions[event.defaultVersion];
  if (!event || !schema) return {};
  const described = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as Schema;
  const all = sampleOf(described, at) as { [name: string]: unknown };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !event.pii.includes(name)));
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
