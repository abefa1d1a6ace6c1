import type { EventDefinition } from '../catalog/define';
import type { JourneyPolicy } from '../catalog/policy';
import type { IdentifierRules } from '../rules/identity/identifiers';
import { type IdentifierLimits, limitsProblem } from '../rules/identity/limits';
import { IdentifierLimitsInvalid } from './errors';
import { Routes } from './routes';

export interface JourneyDefinition {
  readonly id: string;
  readonly policy: JourneyPolicy;
}

export interface IngestWorkspace extends IdentifierRules {
  /** IANA zone of a customer of whom nothing better is known. */
  readonly timezone: string;
  readonly identifierLimits: IdentifierLimits;
}

/** What the business says, as far as it decides what an event does. */
export interface IngestDeps {
  /** Every version that is published; events enter the newest of each. */
  readonly journeys: readonly JourneyDefinition[];
  /** The tracking plan. */
  readonly events: { readonly [name: string]: EventDefinition };
  readonly workspace: IngestWorkspace;
}

export interface Prepared extends IngestDeps {
  readonly routes: Routes;
}

/**
 * Checks the configuration and indexes the journeys, once for each `deps`. The first event does it if nobody did; at
 * start it refuses a configuration that cannot work. Throws {@link IdentifierLimitsInvalid}.
 */
export function prepareIngest(deps: IngestDeps): Prepared {
  const known = prepared.get(deps);
  if (known) return known;
  const problem = limitsProblem(deps.workspace.identifierLimits);
  if (problem !== undefined) throw new IdentifierLimitsInvalid(problem);
  const made = { ...deps, routes: new Routes(deps.journeys, deps.events) };
  prepared.set(deps, made);
  return made;
}

const prepared = new WeakMap<IngestDeps, Prepared>();
