import type { SimulatedProject } from '../../../simulator/project';
import type { Journey } from '../../../workflows/runtime/journey';
import { currentProject } from '../current-project';
import { CliError, exitCodes } from '../exit-codes';

/** Journeys by name (`onboarding`, the newest version) or by version (`onboarding@1`), with the catalog of their project. */
export async function selectProject(wanted: readonly string[]): Promise<SimulatedProject> {
  const { events, messages, traits, workspace, journeys } = await currentProject();
  return { events, messages, traits, workspace, journeys: wanted.map((name) => find(journeys, name)) };
}

function find(journeys: readonly Journey[], wanted: string): Journey {
  const [id, version] = wanted.split('@');
  const versions = journeys.filter((one) => one.id === id);
  const found =
    version === undefined
      ? versions.toSorted((a, b) => b.policy.version - a.policy.version)[0]
      : versions.find(({ policy }) => String(policy.version) === version);
  if (found) return found;
  const known = journeys.map((one) => `${one.id}@${one.policy.version}`).join(', ');
  throw new CliError(
    exitCodes.notFound,
    'unknown_journey',
    `There is no journey ${wanted}; there are ${known}.`,
  );
}
