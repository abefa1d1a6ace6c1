import type * as catalog from './index';

declare module 'jornada' {
  /** Tells the compiler what the journeys that ship may name, as a project of one's own does. */
  interface Register {
    catalog: typeof catalog;
  }
}
