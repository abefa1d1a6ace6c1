import type { Condition } from '../catalog/audience';
import type { Duration } from '../catalog/duration';

/** Gathers the values of a statement; answers each one's place in it. */
export type Parameter = (value: unknown, type: string) => string;

export interface Parameters {
  readonly values: unknown[];
  readonly parameter: Parameter;
}

/** @param values those that the statement has already */
export function parametersAfter(...values: unknown[]): Parameters {
  return { values, parameter: (value, type) => `$${values.push(value)}::${type}` };
}

/**
 * An audience as a condition on `profiles p`, as of the instant that is parameter `now`. Its words come from here, what
 * the project says only ever goes in as parameters.
 */
export function conditionSql(condition: Condition, now: string, parameter: Parameter): string {
  const inner = (one: Condition) => conditionSql(one, now, parameter);
  if ('all' in condition) return joined(condition.all.map(inner), 'and', 'true');
  if ('any' in condition) return joined(condition.any.map(inner), 'or', 'false');
  if ('not' in condition) return `not ${inner(condition.not)}`;
  if ('stage' in condition) return `coalesce(p.stage, 'none') = any(${parameter(condition.stage, 'text[]')})`;
  if ('known' in condition) {
    const known = `coalesce(p.traits -> ${parameter(condition.trait, 'text')}, 'null') <> 'null'`;
    return condition.known ? `(${known})` : `not (${known})`;
  }
  if ('trait' in condition) return traitSql(condition, parameter);
  if ('did' in condition) {
    const { did, within, times = 1 } = condition;
    if (times <= 1) return `exists (${eventsSql(did, within, now, parameter)})`;
    return `(select count(*) from (${eventsSql(did, within, now, parameter)} limit ${parameter(times, 'int')}) some_events)
      = ${parameter(times, 'int')}`;
  }
  if ('didNot' in condition) {
    return `not exists (${eventsSql(condition.didNot, condition.within, now, parameter)})`;
  }
  return subscribedSql(condition, parameter);
}

function joined(parts: readonly string[], word: string, none: string): string {
  return parts.length === 0 ? none : `(${parts.join(` ${word} `)})`;
}

function traitSql({ trait, in: values }: Extract<Condition, { in: unknown }>, parameter: Parameter): string {
  const name = parameter(trait, 'text');
  const texts = parameter(values.map(String), 'text[]');
  return `(jsonb_typeof(p.traits -> ${name}) in ('string', 'number', 'boolean')
    and coalesce(p.traits ->> ${name} = any(${texts}), false)) is true`;
}

/** By the index of a profile's events; nothing arrives before it happens, so a window keeps older months out. */
function eventsSql(name: string, within: Duration | undefined, now: string, parameter: Parameter): string {
  const ofName = `select from events v where v.profile_id = p.profile_id and v.type = 'track'
    and v.name = ${parameter(name, 'text')} and v.received_at <= ${now}`;
  if (!within) return ofName;
  const ms = within.ms ?? within.days * 86_400_000;
  const since = `${now} - ${parameter(ms, 'float8')} * interval '1 millisecond'`;
  return `${ofName} and v.received_at > ${since} and v."timestamp" > ${since}`;
}

function subscribedSql(
  { subscribedTo, topic = '' }: Extract<Condition, { subscribedTo: string }>,
  parameter: Parameter,
): string {
  const channel = parameter(subscribedTo, 'text');
  // The customer is named in no condition of a join: of millions it would be looked up one by one.
  return `exists (
    select from identifiers i, subscriptions b
    where i.profile_id = p.profile_id and i.type = 'phone'
      and b.profile_id = p.profile_id and b.channel = ${channel} and b.key = i.value
      and b.topic = ${parameter(topic, 'text')} and b.status = 'subscribed'
      and not exists (select from suppressions x
                      where x.channel = ${channel} and x.address = i.value and x.kind = 'stop'))`;
}
