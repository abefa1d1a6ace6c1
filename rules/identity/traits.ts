interface TraitValues {
  readonly [trait: string]: unknown;
}

/** What is known of a customer, and since when: a deleted trait keeps the time of its deletion. */
export interface TraitRecord {
  readonly traits: TraitValues;
  /** ISO 8601, by trait. */
  readonly times: { readonly [trait: string]: string };
}

/** Lays traits of the instant `at` over the record: newer values win, `null` deletes. The same record if none did. */
export function setTraits(record: TraitRecord, given: TraitValues, at: Date): TraitRecord {
  const time = at.toISOString();
  const news = Object.entries(given).filter(
    ([name, value]) => value !== undefined && timeOf(record, name) <= time,
  );
  if (news.length === 0) return record;
  const traits = copyOf(record.traits);
  const times = copyOf(record.times);
  for (const [name, value] of news) {
    if (value === null) delete traits[name];
    else define(traits, name, value);
    define(times, name, time);
  }
  return { traits, times };
}

/** Sets (`null`: deletes) a trait whatever the times say: for one that follows from something else that is known. */
export function forceTrait(record: TraitRecord, name: string, value: unknown, at: Date): TraitRecord {
  const known = timeOf(record, name);
  return setTraits(record, { [name]: value }, known > at.toISOString() ? new Date(known) : at);
}

/** Of each trait the newer value, or its deletion; at the same instant that of `kept`. */
export function mergeTraits(kept: TraitRecord, other: TraitRecord): TraitRecord {
  const traits = copyOf(kept.traits);
  const times = copyOf(kept.times);
  for (const [name, time] of Object.entries(other.times)) {
    if (timeOf(kept, name) >= time) continue;
    define(times, name, time);
    if (Object.hasOwn(other.traits, name)) define(traits, name, other.traits[name]);
    else delete traits[name];
  }
  return { traits, times };
}

/** The record with one trait as another has it, whatever the times say. */
export function takeTrait(record: TraitRecord, name: string, from: TraitRecord): TraitRecord {
  const { [name]: _value, ...traits } = record.traits;
  const { [name]: _time, ...times } = record.times;
  const time = timeOf(from, name);
  if (time === '') return { traits, times };
  const value = Object.hasOwn(from.traits, name) ? from.traits[name] : null;
  return setTraits({ traits, times }, { [name]: value }, new Date(time));
}

/** Traits with a meaning under the one name they have here, however they are spelled; others as they came. The last counts. */
export function knownSpelling(...given: readonly TraitValues[]): TraitValues {
  const traits: { [trait: string]: unknown } = {};
  for (const values of given) {
    for (const [name, value] of Object.entries(values)) define(traits, spellings.get(name) ?? name, value);
  }
  return traits;
}

const spellings = new Map([
  ['first_name', 'firstName'],
  ['last_name', 'lastName'],
  ['time_zone', 'timezone'],
  ['timeZone', 'timezone'],
]);

/** '' when nothing was ever said of it: before any time. */
function timeOf({ times }: TraitRecord, name: string): string {
  return Object.hasOwn(times, name) ? (times[name] ?? '') : '';
}

function copyOf<T>(values: { readonly [name: string]: T }): { [name: string]: T } {
  const copy: { [name: string]: T } = {};
  for (const [name, value] of Object.entries(values)) define(copy, name, value);
  return copy;
}

/** Assigning to `__proto__` would set a prototype. */
function define(values: { [name: string]: unknown }, name: string, value: unknown): void {
  Object.defineProperty(values, name, { value, enumerable: true, configurable: true, writable: true });
}
