import { join, resolve } from 'node:path';
import { readFolder } from '../analysis/reading/read-folder';
import { packageRoot } from '../config/package-root';
import { shippedProject } from '../project/project';
import { createLogger } from '../config/logger';
import { bundleWorkflows } from '../worker/bundle-workflows';
import { installTemporalRuntime } from '../worker/temporal-runtime';
import { readPublished } from './published';

/** What publishing and replaying work on: the journeys as they are built, and what was published of them in `root`. */
export function projectToPublish(root: string) {
  // What the SDK has to say of a journey that does not replay is said in words instead.
  installTemporalRuntime({ log: createLogger({ level: 'fatal', destination: process.stderr }) });
  const { events, journeys, workflowBundle } = shippedProject();
  return {
    root: resolve(root),
    events,
    journeys,
    workflowBundle,
    sources: readFolder(root).journeys,
    published: readPublished(root),
    tracedBundle: async () => ({
      code: await bundleWorkflows(join(packageRoot(), 'dist', 'workflows', 'index.js'), [
        require.resolve('./trace-interceptor'),
      ]),
    }),
  };
}
