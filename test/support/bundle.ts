import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** Bundles `workflows/index.ts` into `folder`; undefined while the tree has none. */
export async function bundleWorkflows(folder: string): Promise<string | undefined> {
  const workflowsPath = join(__dirname, '..', '..', 'workflows', 'index.ts');
  if (!existsSync(workflowsPath)) return undefined;
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  const file = join(folder, 'workflow-bundle.js');
  await writeFile(file, code);
  return file;
}
