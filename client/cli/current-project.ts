import { packageRoot } from '../../config/package-root';
import { type Project, shippedProject } from '../../project/project';
import { findProject, type ProjectFolder } from '../../project/project-folder';
import { CliError, exitCodes } from './exit-codes';

/** The project in the folder that the command runs in; undefined where there is none. */
export function projectHere(): ProjectFolder | undefined {
  return findProject('.');
}

/** What a command works on: the project here, built where it has changed; else the journeys that ship. */
export async function currentProject(folder = '.'): Promise<Project> {
  const here = findProject(folder);
  // Ours was built by `npm run build`, types and all.
  if (!here || here.root === packageRoot()) return shippedProject();
  const { loadProject } = await import('../../project/load-project.js');
  return (await loadProject(here)).project;
}

/** The project here, for a command that cannot do without. */
export function neededProject(): ProjectFolder {
  const here = projectHere();
  if (here) return here;
  throw new CliError(
    exitCodes.notFound,
    'no_project',
    'There is no project in this folder: one has a catalog/index.ts and a workflows/journeys.ts. `npx jornada init` makes it.',
  );
}
