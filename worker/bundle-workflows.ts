import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** Bundles the workflows at `workflowsPath`, whose default export or exports they are, for a worker of the same SDK. */
export async function bundleWorkflows(workflowsPath: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    // Workflow code keeps no state in its modules, so that all runs may share one copy: 30 KB less for each sleeper.
    preloadModules: [workflowsPath],
    // Stack traces need lines, not sources; these would be the larger half of the bundle.
    webpackConfigHook: (config) => ({
      ...config,
      devtool: 'inline-nosources-source-map',
      resolve: { ...config.resolve, alias: { ...config.resolve?.alias, jornada$: runtime } },
    }),
    logger: new DefaultLogger('WARN'),
  });
  return code;
}

/** What journeys import by the package's name must be the copy that runs them. */
const runtime = join(__dirname, '..', 'workflows', 'runtime');
