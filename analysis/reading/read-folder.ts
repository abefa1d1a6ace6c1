import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JourneySource } from '../flow';
import { readJourneys, type Unread } from './read-journeys';

export interface ReadFolder {
  readonly journeys: readonly JourneySource[];
  readonly unread: readonly Unread[];
}

/** What cannot declare a journey: what is installed, compiled, generated, or what journeys are made of. */
const SKIPPED = new Set(['node_modules', 'dist', 'runtime', 'published', 'test', 'tests', '__tests__']);

/** Every journey declared in the TypeScript files under `<root>/<folder>`; places are named relative to `root`. */
export function readFolder(root: string, folder = 'workflows'): ReadFolder {
  const journeys: JourneySource[] = [];
  const unread: Unread[] = [];
  for (const file of sourcesBelow(root, folder)) {
    const text = readFileSync(join(root, file), 'utf8');
    // Parsing costs a millisecond or two a file, and most files need none.
    if (!text.includes('journey')) continue;
    const found = readJourneys(file, text);
    journeys.push(...found.journeys);
    unread.push(...found.unread);
  }
  return { journeys, unread };
}

function sourcesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : sourcesBelow(root, path);
      return /(?<!\.d|\.test)\.ts$/.test(entry.name) ? [path] : [];
    });
}
