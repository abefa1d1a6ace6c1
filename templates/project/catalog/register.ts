import type * as catalog from './index';

declare module 'jornada' {
  /** Tells the compiler what journeys may name. */
  interface Register {
    catalog: typeof catalog;
  }
}
