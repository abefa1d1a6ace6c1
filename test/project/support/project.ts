import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../config/package-root';
import { initProject } from '../../../project/init-project';
import { findProject, type ProjectFolder } from '../../../project/project-folder';

/** The project that `jornada init` makes, in `root`, with what it needs linked instead of installed. */
export function linkedProject(root: string): ProjectFolder {
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  symlinkSync(packageRoot(), join(root, 'node_modules', 'jornada'), 'dir');
  for (const tool of ['@types', '@swc', 'jest', 'typescript'])
    symlinkSync(join(packageRoot(), 'node_modules', tool), join(root, 'node_modules', tool), 'dir');
  initProject(root);
  const project = findProject(root);
  if (!project) throw new Error('No project was made');
  return project;
}

/** Saves a file of the project with `from` replaced by `to`. */
export function edit({ root }: Pick<ProjectFolder, 'root'>, file: string, from: string, to: string): void {
  const path = join(root, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(path, text.replace(from, to));
}
