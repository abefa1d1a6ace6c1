import { execFile } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
}

const root = join(__dirname, '..');
const fixtures = join(__dirname, 'lint-fixtures');
const names = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort();

let project: string;
let diagnostics: Diagnostic[];

// The fixtures lie below test/; the rules are for the rooms, so they are linted as a tree of their own.
beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'lint-fixtures-'));
  cpSync(fixtures, project, { recursive: true });
  copyFileSync(join(root, '.oxlintrc.json'), join(project, '.oxlintrc.json'));
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as object & {
    compilerOptions: object;
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*.ts'] }));
  diagnostics = await lint();
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

test('every room has a fixture', () => {
  const rooms = new Set(names.map((name) => name.split('/')[0]));

  expect([...rooms].sort()).toEqual([
    'activities',
    'analysis',
    'catalog',
    'client',
    'config',
    'console',
    'ingest',
    'project',
    'publishing',
    'rules',
    'sandbox',
    'simulator',
    'store',
    'testing',
    'worker',
    'workflows',
  ]);
});

test.each(names.filter((name) => expected(name) !== undefined))('%s fails, by its own rule alone', (name) => {
  expect(found(name)).toEqual([expected(name)]);
});

test.each(names.filter((name) => expected(name) === undefined))('%s passes', (name) => {
  expect(found(name)).toEqual([]);
});

function found(name: string): string[] {
  return [...new Set(diagnostics.filter(({ filename }) => filename === name).map(({ code }) => code))];
}

/** The rule named in the first line, or undefined for one that passes. */
function expected(name: string): string | undefined {
  const [line = ''] = readFileSync(join(fixtures, name), 'utf8').split('\n');
  const rule = /^\/\/ (?:fails: (\S+)|passes)$/.exec(line);
  if (!rule) throw new Error(`${name}: the first line says neither "fails: <rule>" nor "passes"`);
  return rule[1];
}

function lint(): Promise<Diagnostic[]> {
  const oxlint = join(root, 'node_modules', '.bin', 'oxlint');
  return new Promise((resolve, reject) => {
    execFile(
      oxlint,
      ['--type-aware', '--format', 'json', ...names],
      { cwd: project },
      (_, stdout, stderr) => {
        try {
          resolve((JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics);
        } catch {
          reject(new Error(`oxlint did not answer in JSON: ${stdout}${stderr}`));
        }
      },
    );
  });
}
