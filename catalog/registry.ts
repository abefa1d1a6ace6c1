/**
 * Where a project says what its catalog is; from then on the compiler knows its events, messages, offers and traits.
 * Without it any name will do.
 *
 * @example
 * import type * as catalog from './index';
 *
 * declare module 'jornada' {
 *   interface Register {
 *     catalog: typeof catalog;
 *   }
 * }
 */
export interface Register {}
