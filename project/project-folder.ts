import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A project of one's own: what is said in its `catalog/`, and the journeys that `workflows/journeys.ts` lists. */
export interface ProjectFolder {
  readonly root: string;
  /** Where what is built of it is kept. */
  readonly builds: string;
  /** The modules everything else is found from. */
  readonly entries: readonly string[];
}

/** The project in this folder; undefined where there is none. */
export function findProject(folder: string): ProjectFolder | undefined {
  const root = resolve(folder);
  const needed = [join(root, 'catalog', 'index.ts'), join(root, 'workflows', 'journeys.ts')];
  if (!needed.every((file) => existsSync(file))) return undefined;
  const register = join(root, 'catalog', 'register.ts');
  return {
    root,
    builds: join(root, '.jornada', 'build'),
    entries: existsSync(register) ? [...needed, register] : needed,
  };
}
