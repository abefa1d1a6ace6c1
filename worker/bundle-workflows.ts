import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** Bundles the workflows at `workflowsPath`, whose default export or exports they are, for a worker of the same SDK. */
export async function bundleWorkflows(
  workflowsPath: string,
  /** Modules that export the factories of workflow interceptors. Default: none. */
  interceptors: readonly string[] = [],
): Promise<string> {
  const folder = dirname(resolve(workflowsPath));
  const fromFolder = ({ absoluteResourcePath }: { readonly absoluteResourcePath: string }) => {
    // What is left out of the bundle is called `ignored|<folder>|<name>`.
    const path = absoluteResourcePath.slice(absoluteResourcePath.lastIndexOf('|') + 1);
    return isAbsolute(path) ? relative(folder, path).split(sep).join('/') : path;
  };
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    // Workflow code keeps no state in its modules, so that all runs may share one copy: 30 KB less for each sleeper.
    preloadModules: [workflowsPath],
    workflowInterceptorModules: [...interceptors],
    webpackConfigHook: (config) => ({
      ...config,
      // Its modules are called by where they lie from the entry, on every machine the same.
      context: folder,
      output: { ...config.output, devtoolModuleFilenameTemplate: fromFolder, pathinfo: false },
      // Stack traces need lines, not sources; these would be the larger half of the bundle.
      devtool: 'inline-nosources-source-map',
      resolve: { ...config.resolve, alias: { ...config.resolve?.alias, ...ours } },
    }),
    logger: new DefaultLogger('WARN'),
  });
  return code;
}

/** What journeys import must be the copies that run them, wherever the journeys lie. */
const ours = {
  jornada$: join(__dirname, '..', 'workflows', 'runtime'),
  '@temporalio/workflow': dirname(require.resolve('@temporalio/workflow/package.json')),
  '@temporalio/common': dirname(require.resolve('@temporalio/common/package.json')),
};
