export type { AcceptedEvent, AppliedEvent, JsonObject } from './accepted-event';
export { applyEvents } from './apply-events';
export type { IngestDeps, IngestWorkspace, JourneyDefinition } from './deps';
export { IdentifierLimitsInvalid, IngestConflict } from './errors';
export { nextStageDue, sweepStages } from './sweep-stages';
