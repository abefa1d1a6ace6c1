import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isPersonal } from '../catalog/system-traits';
import { isAsync } from '../rules/async-schema';
import { messageCosts } from '../rules/message-costs';
import { buildFiles, buildProject } from './build-project';
import { ProjectError } from './errors';
import { type Catalog, type Project, projectOf } from './project';
import type { ProjectFolder } from './project-folder';

export interface Loaded {
  /** The folder of the build that it was loaded from. */
  readonly build: string;
  readonly project: Project;
  /** Files that it was made of, from the project's root. */
  readonly sources: readonly string[];
  /** What works, but costs more than it may: texts of too many segments or outside GSM-7. */
  readonly warnings: readonly string[];
}

/** Builds a project where it has changed, and loads it. Throws {@link ProjectError}. */
export async function loadProject(folder: ProjectFolder): Promise<Loaded> {
  const build = await buildProject(folder);
  if (!build.ok) {
    const sentence = 'The project does not compile.';
    throw new ProjectError('PROJECT_DOES_NOT_COMPILE', sentence, build.problems, build.sources);
  }
  return { build: build.folder, ...loadBuild(build.folder), sources: build.sources };
}

/** Loads what was built. Throws {@link ProjectError} where it cannot be run. */
function loadBuild(folder: string): Pick<Loaded, 'project' | 'warnings'> {
  const load = createRequire(join(folder, 'load.js'));
  const catalog = loaded(() => load(`./${buildFiles.catalog}`) as Partial<Catalog>);
  const { journeys } = loaded(() => load(`./${buildFiles.journeys}`) as Partial<Project>);
  const problems = [...catalogProblems(catalog), ...journeyProblems(journeys)];
  if (problems.length > 0) throw invalid(problems);
  const project = projectOf(catalog as Catalog, journeys as Project['journeys'], {
    codePath: join(folder, buildFiles.bundle),
  });
  const costs = messageCosts(project.messages, project.workspace.locales);
  const warnings = costs.flatMap(({ message, locale, problem }) =>
    problem === undefined ? [] : [`${message} (${locale}): ${problem}`],
  );
  return { project, warnings };
}

/** A module that throws while it is loaded, as `journey()` does for a name it cannot take. */
function loaded<Module>(load: () => Module): Module {
  try {
    return load();
  } catch (error) {
    throw invalid([error instanceof Error ? error.message : String(error)], error);
  }
}

function catalogProblems({ events, messages, traits = {}, workspace }: Partial<Catalog>): string[] {
  const missing = Object.entries({ events, messages, workspace }).flatMap(([name, part]) =>
    typeof part === 'object' ? [] : [`catalog/index.ts must export ${name}.`],
  );
  if (!workspace || !messages || !events) return missing;
  if (!Object.hasOwn(events, 'Lifecycle Stage Changed'))
    missing.push('The events of catalog/events.ts must begin with `...systemEvents`.');
  const untold = Object.entries(messages).flatMap(([id, { text }]) =>
    workspace.locales
      .filter((locale) => typeof text?.[locale] !== 'function')
      .map((locale) => `The message ${id} has no text in ${locale}.`),
  );
  const bare = Object.entries(traits).flatMap(([name, { pii }]) =>
    isPersonal(name) && !pii ? [`The trait ${name} is personal: declare it with { pii: true }.`] : [],
  );
  return [...missing, ...untold, ...bare, ...laterAnswers(events, traits)];
}

/** Events and traits are judged as they arrive, and nobody waits for a promise there. */
function laterAnswers(events: Catalog['events'], traits: NonNullable<Catalog['traits']>): string[] {
  const sentence = (what: string) =>
    `${what} has a check or a transform that answers with a promise: they are judged as they arrive, so let it answer at once, and look up elsewhere what takes time.`;
  return [
    ...Object.entries(events)
      .filter(([, { versions }]) => Object.values(versions).some(isAsync))
      .map(([name]) => sentence(`The event ${name}`)),
    ...Object.entries(traits)
      .filter(([, { schema }]) => isAsync(schema))
      .map(([name]) => sentence(`The trait ${name}`)),
  ];
}

function journeyProblems(journeys: Project['journeys'] | undefined): string[] {
  if (!Array.isArray(journeys)) return ['workflows/journeys.ts must export the list journeys.'];
  const names = (journeys as Project['journeys']).map(({ id, policy }) => `${id} v${policy.version}`);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return twice.map((name) => `workflows/journeys.ts lists ${name} twice: a version belongs to one journey.`);
}

function invalid(problems: readonly string[], cause?: unknown): ProjectError {
  const error = new ProjectError('PROJECT_INVALID', 'The project cannot be run as it is.', problems);
  if (cause !== undefined) error.cause = cause;
  return error;
}
