/** What the business says, in one place: journeys, templates and tests are checked against it. */
export { events } from './events';
export { messages } from './messages';
export { offers } from './offers';
export { traits } from './traits';
export { workspace } from './workspace';
