import type { EventDefinition } from '../catalog/define';

interface Properties {
  readonly [name: string]: unknown;
}

/**
 * The properties of an event that its runs see: those that the tracking plan declares, in whichever version, and does
 * not tag `pii`. What a service has put beside them may be anything, a phone number too, and never leaves Postgres.
 */
export function runProperties(definition: EventDefinition | undefined, properties: Properties): Properties {
  if (!definition) return {};
  const shown = shownBy(definition);
  return Object.fromEntries(Object.entries(properties).filter(([name]) => shown.has(name)));
}

function shownBy(definition: EventDefinition): ReadonlySet<string> {
  const known = cache.get(definition);
  if (known) return known;
  const declared = Object.values(definition.versions).flatMap(({ shape }) => Object.keys(shape));
  const shown = new Set(declared.filter((name) => !definition.pii.includes(name)));
  cache.set(definition, shown);
  return shown;
}

/** Asked for each event of each run, and the same each time. */
const cache = new WeakMap<EventDefinition, ReadonlySet<string>>();
