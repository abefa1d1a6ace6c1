import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { readFolder } from '../analysis/reading/read-folder';
import { createLogger } from '../config/logger';
import type { Project } from '../project/project';
import { bundleWorkflows } from '../worker/bundle-workflows';
import { installTemporalRuntime } from '../worker/temporal-runtime';
import { readPublished } from './published';

/** What publishing and replaying work on: the journeys as they are built, and what was published of them in `root`. */
export function projectToPublish({ events, journeys, workflowBundle }: Project, root: string) {
  // What the SDK has to say of a journey that does not replay is said in words instead.
  installTemporalRuntime(createLogger({ level: 'fatal', destination: process.stderr }));
  let traced: Promise<{ code: string }> | undefined;
  return {
    root: resolve(root),
    events,
    journeys,
    workflowBundle,
    sources: readFolder(root).journeys,
    published: readPublished(root),
    tracedBundle: () => (traced ??= traceable(workflowBundle)),
  };
}

/** The same code, and it tells what it asks for. */
export async function traceable(bundle: WorkflowBundleOption): Promise<{ code: string }> {
  return { code: await bundleWorkflows(entryOf(bundle), [require.resolve('./trace-interceptor')]) };
}

/** What a bundle was made of lies beside it. */
function entryOf(bundle: WorkflowBundleOption): string {
  if (!('codePath' in bundle)) throw new TypeError('A project is bundled into a file');
  const folder = dirname(bundle.codePath);
  const own = join(folder, 'workflows.cjs');
  return existsSync(own) ? own : join(folder, 'workflows', 'index.js');
}
