import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { ProjectError } from './errors';
import type { ProjectFolder } from './project-folder';

export interface Compiled {
  /** What is wrong, as `file:line:column what`; empty: it compiled, and all of it was written. */
  readonly problems: readonly string[];
  /** The project's own files that were read, from its root. */
  readonly sources: readonly string[];
}

/** What the compiler finds wrong in all of a project, tests included. */
export async function checkTypes(root: string): Promise<readonly string[]> {
  const settings = join(root, 'tsconfig.json');
  const { code, output } = await run(
    compilerOf(root),
    ['-p', settings, '--noEmit', '--pretty', 'false'],
    root,
  );
  return problemsOf(code, output, read(output, root).problems);
}

/** Compiles a project with its own TypeScript and settings into `outDir`: all of it, or on an error nothing. */
export async function compile(project: ProjectFolder, outDir: string): Promise<Compiled> {
  const { root, builds, entries } = project;
  mkdirSync(builds, { recursive: true });
  const settings = join(builds, 'tsconfig.json');
  writeFileSync(settings, JSON.stringify(settingsOf(root, outDir, entries), null, 2));
  const { code, output } = await run(
    compilerOf(root),
    ['-p', settings, '--pretty', 'false', '--listFiles'],
    root,
  );
  const { problems, files } = read(output, root);
  const settingsFiles = ['tsconfig.json', 'package.json'];
  return {
    problems: problemsOf(code, output, problems),
    sources: [...files.filter((file) => isOurs(file)), ...settingsFiles],
  };
}

/** The project's own settings, with what a build needs laid over them. */
function settingsOf(root: string, outDir: string, files: readonly string[]): object {
  return {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      rootDir: root,
      outDir,
      noEmit: false,
      noEmitOnError: true,
      emitDeclarationOnly: false,
      declaration: false,
      declarationMap: false,
      composite: false,
      incremental: false,
      sourceMap: false,
      inlineSourceMap: true,
    },
    files,
    include: [],
    exclude: [],
  };
}

function compilerOf(root: string): string {
  for (const from of [join(root, 'package.json'), __filename]) {
    try {
      return join(dirname(createRequire(from).resolve('typescript/package.json')), 'bin', 'tsc');
    } catch {
      // Not installed there.
    }
  }
  throw new ProjectError(
    'PROJECT_WITHOUT_TOOLS',
    'The project has changed since it was built, and TypeScript is not installed: run `npm install --save-dev typescript`, or `npx jornada build` where it is.',
  );
}

function run(
  compiler: string,
  args: readonly string[],
  cwd: string,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [compiler, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** A compiler that fails without a word of its own must not pass for one that is content. */
function problemsOf(code: number | null, output: string, found: readonly string[]): readonly string[] {
  if (code === 0 || found.length > 0) return found;
  return [output.trim() || `The compiler ended with ${code}.`];
}

function read(output: string, root: string): { problems: string[]; files: string[] } {
  const problems: string[] = [];
  const files: string[] = [];
  for (const line of output.split(/\r?\n/)) {
    const [, file, row, column, code, what] = /^(.+?)\((\d+),(\d+)\): error (TS\d+): (.*)$/.exec(line) ?? [];
    const [, general] = /^error (TS\d+: .*)$/.exec(line) ?? [];
    if (file !== undefined) {
      problems.push(`${fromRoot(file, root)}:${row}:${column} ${what} (${code})`);
    } else if (general !== undefined) {
      problems.push(general);
    } else if (/^\s+\S/.test(line) && problems.length > 0) {
      // The compiler explains the error above.
      problems.push(`${problems.pop()}\n  ${line}`);
    } else if (isAbsolute(line)) {
      files.push(fromRoot(line, root));
    }
  }
  return { problems, files };
}

const fromRoot = (file: string, root: string) =>
  (isAbsolute(file) ? relative(root, file) : file).split(sep).join('/');

const isOurs = (file: string) =>
  !file.startsWith('..') && !isAbsolute(file) && !file.split('/').includes('node_modules');
