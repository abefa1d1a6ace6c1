import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JourneySource } from '../flow';
import { parseModule } from './module';
import { readJourneys, type Unread } from './read-journeys';
import { namesTaken, readTunables, type TunableSource } from './read-tunables';

export interface ReadFolder {
  readonly journeys: readonly JourneySource[];
  readonly unread: readonly Unread[];
  readonly tunables: ReadTunables;
}

export interface ReadTunables {
  readonly declared: readonly TunableSource[];
  /** Every name that some other file takes out of an object. */
  readonly taken: ReadonlySet<string>;
}

/** What cannot declare a journey: what is installed, compiled, generated, or what journeys are made of. */
const SKIPPED = new Set(['node_modules', 'dist', 'runtime', 'published', 'test', 'tests', '__tests__']);

/** Every journey declared in the TypeScript files under `<root>/<folder>`, and what its files `tunables.ts` declare; places are named relative to `root`. */
export function readFolder(root: string, folder = 'workflows'): ReadFolder {
  const journeys: JourneySource[] = [];
  const unread: Unread[] = [];
  const declared: TunableSource[] = [];
  const taken = new Set<string>();
  const files = sourcesBelow(root, folder);
  const hasTunables = files.some(isOfTunables);
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    if (isOfTunables(file)) declared.push(...readTunables(parseModule(file, text)));
    else if (hasTunables) for (const name of namesTaken(parseModule(file, text))) taken.add(name);
    // Parsing costs a millisecond or two a file, and most files need none.
    if (!text.includes('journey')) continue;
    const found = readJourneys(file, text);
    journeys.push(...found.journeys);
    unread.push(...found.unread);
  }
  return { journeys, unread, tunables: { declared, taken } };
}

const isOfTunables = (file: string) => file.endsWith('/tunables.ts');

function sourcesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : sourcesBelow(root, path);
      return /(?<!\.d|\.test)\.ts$/.test(entry.name) ? [path] : [];
    });
}
