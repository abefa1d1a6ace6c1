import { setImmediate } from 'node:timers';

/** Resolves when no microtask is left: everything that can be done now has been done. */
export function atRest(): Promise<void> {
  return new Promise((rested) => setImmediate(rested));
}
