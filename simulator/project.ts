import type { ActivityDeps } from '../activities/deps';
import type { IngestDeps } from '../ingest/deps';
import type { Journey } from '../workflows/runtime/journey';

/** What the business says, and its journeys with their code. */
export interface SimulatedProject {
  readonly events: IngestDeps['events'];
  readonly messages: ActivityDeps['catalog']['messages'];
  readonly traits: ActivityDeps['catalog']['traits'];
  readonly workspace: IngestDeps['workspace'] & ActivityDeps['workspace'];
  readonly journeys: readonly Journey[];
}

/** The same, with nothing that anybody could enter. */
export function withoutJourneys(project: SimulatedProject): SimulatedProject {
  const known = bare.get(project) ?? { ...project, journeys: [] };
  bare.set(project, known);
  return known;
}

const bare = new WeakMap<SimulatedProject, SimulatedProject>();
