import type { WorkflowBundleOption } from '@temporalio/worker';
import type { OpenRuns } from '../sandbox/stack/open-runs';
import { traceable } from './project-here';
import { replay, replays } from './replay';

/** Histories that are replayed at most, of all versions together; of a version with open runs at least one is. */
const MOST = 20;

/**
 * Tries some of the runs that are open against code that has just been put to work, picked by chance. Answers a sentence
 * for each version of which one would stand still.
 */
export async function sleepersThatStop(
  runs: OpenRuns,
  workflowBundle: WorkflowBundleOption,
  signal: AbortSignal,
): Promise<string[]> {
  const versions = signal.aborted ? [] : await runs.count();
  const limit = Math.max(1, Math.floor(MOST / versions.length));
  const sentences: string[] = [];
  let traced: Promise<WorkflowBundleOption> | undefined;
  for (const { journey, version, open } of versions) {
    for (const history of await runs.histories({ journey, version, limit })) {
      if (signal.aborted) return sentences;
      if (await replays(workflowBundle, history)) continue;
      traced ??= traceable(workflowBundle);
      const replayed = await replay(await traced, history);
      const how = replayed.same ? '' : `: ${replayed.difference}`;
      const sleeps = open === 1 ? 'One run of it is open' : `${open} runs of it are open`;
      sentences.push(
        `${journey} v${version} does not go on where its runs sleep${how}. ${sleeps}, and who sleeps there stands still, nothing lost, until you undo the change or make it version ${version + 1}, beside version ${version}.`,
      );
      break;
    }
  }
  return sentences;
}
