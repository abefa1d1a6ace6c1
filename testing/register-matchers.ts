import { matchers } from './matchers';

interface Extensible {
  readonly expect?: { readonly extend?: (matchers: object) => void };
}

// In a file of tests `expect` is global; elsewhere, as in a script, there is nothing to add to.
(globalThis as Extensible).expect?.extend?.(matchers);
