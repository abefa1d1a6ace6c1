import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { checkTypes } from './compile';
import { ProjectError } from './errors';

/** Checks a project's types, its tests included, and runs its tests with its own jest. Answers jest's exit code. */
export async function testProject(root: string, args: readonly string[]): Promise<number> {
  const problems = await checkTypes(root);
  if (problems.length > 0) {
    throw new ProjectError('PROJECT_DOES_NOT_COMPILE', 'The project does not compile.', problems);
  }
  const child = spawn(process.execPath, [jestOf(root), ...args], { cwd: root, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

function jestOf(root: string): string {
  try {
    const manifest = createRequire(join(root, 'package.json')).resolve('jest/package.json');
    return join(dirname(manifest), 'bin', 'jest.js');
  } catch {
    throw new ProjectError(
      'PROJECT_WITHOUT_TOOLS',
      'Jest is not installed here: run `npm install`, or `npm install --save-dev jest @swc/core @swc/jest @types/jest`.',
    );
  }
}
