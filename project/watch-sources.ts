import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How often it looks: unlike the file system's own notices this works the same on every disk and in every container. */
const EVERY_MS = 250;

/**
 * Calls back once when a source changes, is removed or comes back, or a file beside one does. `since` (epoch ms) is when
 * the sources were last read: a change of that instant or later is one already. Answers how to stop looking.
 */
export function watchSources(
  root: string,
  sources: readonly string[],
  since: number,
  changed: () => void,
): { stop(): void } {
  const files = sources.map((source) => join(root, source));
  const places = [...new Set([...files, ...files.map((file) => dirname(file))])];
  const before = files.some((file) => changedAt(file) >= since) ? [] : places.map(changedAt);
  const timer = setInterval(() => {
    if (before.length > 0 && places.every((place, index) => changedAt(place) === before[index])) return;
    clearInterval(timer);
    changed();
  }, EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

/** Of what is gone: always later than anything. */
function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
}
