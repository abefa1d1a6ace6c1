/** The catalog of the journeys that ship. */
export { audiences } from './audiences';
export { events } from './events';
export { messages } from './messages';
export { offers } from './offers';
export { traits } from './traits';
export { workspace } from './workspace';
