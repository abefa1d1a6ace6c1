import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { packageRoot } from '../../config/package-root';
import { workflowBundle } from '../support/temporal';

// A sleeping workflow in the cache costs 56 KB of heap without zod and ten times that with it.
describe('the bundle of the workflows', () => {
  const code = readFileSync(workflowBundle().codePath, 'utf8');
  const packages = new Set(
    [...code.matchAll(/node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//g)].map((match) => match[1]),
  );
  const rooms = new Set(
    [...code.matchAll(/"\.\.\/([\w-]+)\/[\w./-]+\.(?:ts|js)"/g)].map((match) => match[1]),
  );

  test('is not larger than 1.8 MB, in the megabytes that the bundler reports', () => {
    expect(Buffer.byteLength(code) / 1024 ** 2).toBeLessThan(1.8);
  });

  test('holds the SDK of workflows and nothing else from a package', () => {
    expect([...packages].sort()).toEqual([
      '@temporalio/common',
      '@temporalio/workflow',
      'long',
      'ms',
      'nexus-rpc',
    ]);
  });

  test('holds workflows and the durations of the catalog, nothing else of ours', () => {
    expect([...rooms].filter((room) => room !== 'node_modules').sort()).toEqual(['catalog']);
    expect(code).toContain('"./flash-reward/v1.ts"');
    expect(code).not.toMatch(/\.\/catalog\/(?!duration)[\w-]+\.ts"/);
  });

  test('names no folder of the machine that made it, in its modules and in its source map', () => {
    const modules = join(packageRoot(), 'node_modules');
    const [, map = ''] = /sourceMappingURL=data:application\/json;[^,]*base64,([\w+/=]+)/.exec(code) ?? [];
    const { sources } = JSON.parse(Buffer.from(map, 'base64').toString()) as { sources: string[] };
    expect(sources).toContain('flash-reward/v1.ts');
    expect(sources.filter((source) => isAbsolute(source) || source.includes(modules))).toEqual([]);
    for (const folder of [modules, join(packageRoot(), 'workflows')]) expect(code).not.toContain(folder);
  });

  test('requires no module of Node', () => {
    const builtins = builtinModules
      .filter((name) => !name.startsWith('_'))
      .map((name) => name.replace('/', '\\/'));

    expect(code).not.toMatch(new RegExp(`require\\(\\\\?"(?:node:)?(?:${builtins.join('|')})\\\\?"\\)`));
  });
});
