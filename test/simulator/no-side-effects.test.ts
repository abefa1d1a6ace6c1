import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

// What is simulated or tested cannot act, because nothing that could is there: not told to behave, but absent.
const root = resolve(__dirname, '..', '..');
const loaded = [...reachableFrom(['simulator/world.ts', 'testing/index.ts'])];

test('nothing that a simulation loads can reach the record, the provider, a file or the network', () => {
  const ours = loaded.filter((name) => name.startsWith('./')).map((name) => name.slice(2));
  const rooms = new Set(ours.map((file) => file.split('/')[0]));
  expect([...rooms].sort()).toEqual([
    'activities',
    'catalog',
    'ingest',
    'rules',
    'simulator',
    'testing',
    'workflows',
  ]);
  expect(ours.filter((file) => file.startsWith('activities/')).sort()).toEqual([
    'activities/errors.ts',
    'activities/policy-of.ts',
    'activities/send/answers.ts',
    'activities/send/conclusion.ts',
    'activities/send/gate-facts.ts',
    'activities/send/judge.ts',
    'activities/send/pace-limits.ts',
    'activities/send/rendering.ts',
  ]);
});

test('nor does it load a package that could', () => {
  const packages = loaded.filter((name) => !name.startsWith('./')).sort();
  expect(packages).toEqual([
    '@temporalio/common',
    'fast-check',
    'libphonenumber-js/max',
    'node:crypto',
    // The table of phone prefixes, which is read from a package.
    'node:fs',
    'node:path',
    'node:timers',
    'sms-segments-calculator',
    'zod',
  ]);
});

/** Files of ours (`./…`) and packages that are loaded, directly or not; what is imported for its types is not. */
function reachableFrom(entries: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const open = entries.map((entry) => join(root, entry));
  for (let file = open.pop(); file; file = open.pop()) {
    const name = `./${relative(root, file)}`;
    if (seen.has(name)) continue;
    seen.add(name);
    for (const request of importsOf(readFileSync(file, 'utf8'))) {
      if (request.startsWith('.')) open.push(fileOf(resolve(dirname(file), request)));
      else if (request === 'jornada') open.push(join(root, 'workflows/runtime/index.ts'));
      else seen.add(request);
    }
  }
  return seen;
}

function importsOf(source: string): string[] {
  const statements = source.matchAll(
    /^(?:import|export)\s+(?!type\b)([^;]*?)\s*from\s+'([^']+)'|^import\s+'([^']+)'/gm,
  );
  return [...statements].flatMap(([, names = '', from, bare]) => {
    if (bare !== undefined) return [bare];
    // `import { type A, type B } from …` loads nothing either.
    const listed = /^\{([^}]*)\}$/.exec(names.trim())?.[1];
    const values = listed?.split(',').filter((one) => one.trim() !== '' && !one.trim().startsWith('type '));
    return from === undefined || values?.length === 0 ? [] : [from];
  });
}

function fileOf(path: string): string {
  for (const candidate of [`${path}.ts`, join(path, 'index.ts')]) {
    try {
      readFileSync(candidate);
      return candidate;
    } catch {
      // The other one, then.
    }
  }
  throw new Error(`No source of ${path}`);
}
