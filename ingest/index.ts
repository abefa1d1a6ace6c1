export type { AcceptedEvent, AppliedEvent, JsonObject } from './accepted-event';
export { applyEvents } from './apply-events';
export { type IngestDeps, type JourneyDefinition, prepareIngest } from './deps';
export { IngestConflict } from './errors';
export { nextStageDue, sweepStages } from './sweep-stages';
