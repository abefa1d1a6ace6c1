import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Runs the tests of a project with its jest, apart from this run of it. */
export async function runJest(
  root: string,
): Promise<{ code: number | null; passed: number; output: string }> {
  const manifest = createRequire(join(root, 'package.json')).resolve('jest/package.json');
  const child = spawn(process.execPath, [join(dirname(manifest), 'bin', 'jest.js'), '-i', '--ci'], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, passed: Number(/^Tests:.*?(\d+) passed/m.exec(output)?.[1] ?? 0), output };
}
