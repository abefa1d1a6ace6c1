import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflows as bundle } from '../../worker/bundle-workflows';

/** Bundles `workflows/index.ts` into `folder`; undefined while the tree has none. */
export async function bundleWorkflows(folder: string): Promise<string | undefined> {
  const workflowsPath = join(__dirname, '..', '..', 'workflows', 'index.ts');
  if (!existsSync(workflowsPath)) return undefined;
  const file = join(folder, 'workflow-bundle.js');
  await writeFile(file, await bundle(workflowsPath));
  return file;
}
