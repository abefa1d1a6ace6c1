import type { z } from 'zod';
import type { EventDefinition } from '../../catalog/define';
import type { JsonObject } from '../../ingest';
import { required, typeOf, type Violation, wrongType } from './violation';

export interface TrackingPlan {
  readonly [event: string]: EventDefinition;
}

/** The definition of an event that services may send; undefined for unknown ones and those Jornada makes itself. */
export function plannedEvent(plan: TrackingPlan, name: string): EventDefinition | undefined {
  const definition = Object.hasOwn(plan, name) ? plan[name] : undefined;
  return definition?.internal ? undefined : definition;
}

export type PlanVerdict =
  | { readonly ok: true; readonly version: number }
  | { readonly ok: false; readonly violations: readonly Violation[] };

/** Judges properties by the version the event states, or else by the declared default; by that one only. */
export function judgeProperties(
  definition: EventDefinition,
  stated: unknown,
  properties: JsonObject,
): PlanVerdict {
  const version = stated ?? definition.defaultVersion;
  const schema = isVersion(version) ? definition.versions[version] : undefined;
  if (!isVersion(version) || schema === undefined) {
    return { ok: false, violations: [wrongVersion(definition, stated)] };
  }
  const result = schema.safeParse(properties);
  if (result.success) return { ok: true, version };
  return { ok: false, violations: result.error.issues.map((issue) => violation(issue, properties)) };
}

function isVersion(version: unknown): version is number {
  return typeof version === 'number' && Number.isInteger(version);
}

function wrongVersion(definition: EventDefinition, stated: unknown): Violation {
  const known = Object.keys(definition.versions).join(', ');
  const came = isVersion(stated) ? String(stated) : typeOf(stated);
  return {
    path: 'context.protocols.event_version',
    code: 'version',
    message: `expected a version of the plan (${known}), got ${came}`,
  };
}

function violation(issue: z.core.$ZodIssue, properties: JsonObject): Violation {
  const path = ['properties', ...issue.path.map(String)].join('.');
  const value = issue.path.reduce<unknown>(
    (within, step) => (typeof within === 'object' && within !== null ? Reflect.get(within, step) : undefined),
    properties,
  );
  return value === undefined ? required(path) : wrongType(path, expectation(issue), value);
}

/** What the schema asked for, in words that hold no value of the event. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return formatNames[issue.format] ?? `text in the format ${issue.format}`;
    case 'invalid_union':
      return unionOf(issue.errors);
    case 'too_small':
      return `${issue.origin} of at least ${issue.minimum}`;
    case 'too_big':
      return `${issue.origin} of at most ${issue.maximum}`;
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return 'no other properties';
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return 'what the plan allows';
  }
}

const typeNames: { readonly [type: string]: string } = { string: 'text', array: 'list', int: 'whole number' };
const formatNames: { readonly [format: string]: string } = {
  datetime: 'an ISO 8601 instant with its offset',
};

function unionOf(branches: readonly (readonly z.core.$ZodIssue[])[]): string {
  const each = branches.flatMap(([first]) => (first && first.path.length === 0 ? [expectation(first)] : []));
  return each.length > 0 ? [...new Set(each)].join(' or ') : 'one of the shapes in the plan';
}
