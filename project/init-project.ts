import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { packageRoot } from '../config/package-root';
import { ProjectError } from './errors';
import { findProject } from './project-folder';

interface Manifest {
  readonly name?: string;
  readonly private?: boolean;
  readonly version?: string;
  readonly scripts?: { readonly [name: string]: string };
  readonly dependencies?: { readonly [name: string]: string };
  readonly devDependencies?: { readonly [name: string]: string };
}

/** What a project needs to be written and tested, in the versions that Jornada is tested with. */
const tools = ['@swc/core', '@swc/jest', '@types/jest', 'jest', 'typescript'];

const scripts = { dev: 'jornada dev', test: 'jornada test', build: 'jornada build' };

/**
 * Puts a small project into a folder: a catalog, a journey, its test, and the configuration around them. What is there
 * already stays as it is. Answers the files that are new. Throws {@link ProjectError} where a project is there.
 */
export function initProject(folder: string): string[] {
  const root = resolve(folder);
  if (findProject(root)) {
    throw new ProjectError('PROJECT_EXISTS', `There is a project in ${root} already.`);
  }
  const template = join(packageRoot(), 'templates', 'project');
  const files = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(template, join(entry.parentPath, entry.name)))
    .sort();
  const created = files.flatMap((file) => {
    // npm leaves a .gitignore out of what it packs.
    const name = file === 'gitignore' ? '.gitignore' : file;
    const target = join(root, name);
    if (existsSync(target)) return [];
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(template, file), target);
    return [name];
  });
  const isNew = writeManifest(root);
  return isNew ? ['package.json', ...created] : created;
}

/** What npm has written into it stays; scripts and tools are added where they are missing. */
function writeManifest(root: string): boolean {
  const file = join(root, 'package.json');
  const isNew = !existsSync(file);
  const given: Manifest = isNew ? { name: packageName(root), private: true } : read(file);
  const ours = read(join(packageRoot(), 'package.json'));
  const versions = Object.fromEntries(tools.map((tool) => [tool, ours.devDependencies?.[tool] ?? '*']));
  const made = {
    ...given,
    // The one that npm puts there itself would only say that there are none.
    scripts: { ...scripts, ...withoutPlaceholder(given.scripts) },
    dependencies: { jornada: `^${ours.version}`, ...given.dependencies },
    devDependencies: { ...versions, ...given.devDependencies },
  };
  writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
  return isNew;
}

function withoutPlaceholder(given: Manifest['scripts'] = {}): Manifest['scripts'] {
  return Object.fromEntries(
    Object.entries(given).filter(([, script]) => !script.includes('no test specified')),
  );
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Manifest;

const packageName = (root: string) =>
  basename(root)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'journeys';
