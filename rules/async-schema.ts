import type { z } from 'zod';

/**
 * Whether a schema has a check or a transform that answers later, as `.refine(async …)` does. Events and traits are judged
 * where they stand, so such a one would throw at each of them. A check that does not show what it is, is tried on nothing.
 */
export function isAsync(schema: z.ZodType): boolean {
  const seen = new Set<unknown>();
  const open: unknown[] = [schema];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    if (Array.isArray(next)) {
      open.push(...(next as unknown[]));
      continue;
    }
    const { _zod: inner } = next as Node;
    if (!inner) open.push(...Object.values(next));
    else if (answersLater(inner)) return true;
    else open.push(...partsOf(inner.def));
  }
  return false;
}

interface Inner {
  readonly def: { readonly [part: string]: unknown };
  readonly check?: (payload: { value: unknown; issues: unknown[] }) => unknown;
}

/** A schema or a check of zod, as far as it is looked at here. */
interface Node {
  readonly _zod?: Inner;
}

function answersLater({ def, check }: Inner): boolean {
  if (def['type'] === 'promise') return true;
  const given = def['fn'] ?? def['transform'] ?? def['reverseTransform'];
  if (typeof given === 'function')
    return given.constructor.name === 'AsyncFunction' || isLater(() => given());
  return (
    def['check'] === 'custom' && check !== undefined && isLater(() => check({ value: undefined, issues: [] }))
  );
}

function isLater(work: () => unknown): boolean {
  try {
    const answer = work();
    if (!(answer instanceof Promise)) return false;
    // What it comes to is nobody's concern.
    answer.catch(() => {});
    return true;
  } catch {
    // It looked at the value, and at once.
    return false;
  }
}

/** Schemas and checks that one is made of; a lazy one is asked for its schema. */
function partsOf(def: Inner['def']): unknown[] {
  const parts = [
    'shape',
    'catchall',
    'element',
    'items',
    'rest',
    'options',
    'innerType',
    'keyType',
    'valueType',
  ];
  const sides = ['left', 'right', 'in', 'out', 'checks'];
  const lazy = def['type'] === 'lazy' && typeof def['getter'] === 'function' ? [def['getter']()] : [];
  return [...[...parts, ...sides].map((part) => def[part]), ...lazy];
}
