import { readFileSync } from 'node:fs';
import { ProjectError } from '../../../project/errors';
import { type Loaded, loadProject } from '../../../project/load-project';
import type { ProjectFolder } from '../../../project/project-folder';
import { watchSources } from '../../../project/watch-sources';
import { sleepersThatStop } from '../../../publishing/sleepers';
import type { Stack } from '../../../sandbox/stack';

export interface ReloadOptions {
  readonly folder: ProjectFolder;
  /** What runs so far, and when its files were read (epoch ms). */
  readonly loaded: Loaded;
  readonly readAt: number;
  readonly stack: Pick<Stack, 'reload' | 'openRuns'>;
  readonly say: (line: string) => void;
}

/** Puts each change of the project's files to work, or says what is wrong with it and leaves what runs alone. */
export function reloadOnChange(options: ReloadOptions): { stop(): Promise<void> } {
  const { folder, stack, say } = options;
  let running = options.loaded;
  let code = codeOf(running);
  let told = '';
  let stopped = false;
  let round = Promise.resolve();
  let trial = Promise.resolve();
  let trying = new AbortController();
  let watch = look(running.sources, options.readAt);

  function look(sources: readonly string[], since: number) {
    return watchSources(folder.root, sources, since, () => {
      round = reload(sources);
    });
  }

  async function reload(watched: readonly string[]): Promise<void> {
    const readAt = Date.now();
    let sources = watched;
    try {
      const next = await loadProject(folder);
      sources = next.sources;
      if (stopped) return;
      if (next.build !== running.build) {
        await stack.reload(next.project);
        running = next;
        for (const warning of next.warnings) say(`warning: ${warning}`);
        say(`Reloaded in ${((Date.now() - readAt) / 1_000).toFixed(1)} s: ${namesOf(next)}.`);
        const before = code;
        code = codeOf(next);
        if (code !== before) tryOnSleepers(next);
      } else if (told !== '') {
        say('As it was: nothing to reload.');
      }
      told = '';
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      // A file that is in the way of compiling must be seen to change, too.
      if (error instanceof ProjectError) sources = [...new Set([...watched, ...error.sources])];
      // The same again is no news: an editor writes more than the file that is saved.
      if (what !== told) say(`${what}\nWhat ran before still does.`);
      told = what;
    }
    if (!stopped) watch = look(sources, readAt);
  }

  /** Beside what goes on: an author who has saved need not wait for it. */
  function tryOnSleepers({ project: { workflowBundle } }: Loaded): void {
    trying.abort();
    trying = new AbortController();
    const { signal } = trying;
    trial = trial
      .then(() => sleepersThatStop(stack.openRuns, workflowBundle, signal))
      .catch((error: unknown) => [
        `Whether sleeping runs go on could not be tried: ${error instanceof Error ? error.message : String(error)}`,
      ])
      .then((lines) => {
        // What is told of an edit that has been overtaken would only mislead.
        if (!signal.aborted) for (const line of lines) say(line);
      });
  }

  return {
    stop: async () => {
      stopped = true;
      trying.abort();
      watch.stop();
      await round;
      await trial;
    },
  };
}

/** What of the bundle runs: a catalog alone makes no difference to it. Its map names each build otherwise. */
function codeOf({ project: { workflowBundle } }: Loaded): string | undefined {
  const bundle =
    'codePath' in workflowBundle ? readFileSync(workflowBundle.codePath, 'utf8') : workflowBundle.code;
  return bundle.split('//# sourceMappingURL=')[0];
}

/** The journeys that take enrollments, with their versions. */
export function namesOf({ project }: Pick<Loaded, 'project'>): string {
  const newest = new Map(project.journeys.map(({ id, policy }) => [id, policy.version]));
  return [...newest].map(([id, version]) => `${id} v${version}`).join(', ') || 'no journeys';
}
