export type { AcceptedEvent, AppliedEvent, JsonObject } from './accepted-event';
export { applyEvents } from './apply-events';
export { type IngestDeps, type JourneyDefinition, prepareIngest } from './deps';
export { IngestConflict } from './errors';
export { requestLaunch } from './launch/request-launch';
export { launchable } from './launch/launchable';
export { type LaunchDeps, launchesToWork, workLaunches } from './launch/work-launches';
export { readmit, type Readmission, type Readmitted } from './readmit/readmit';
export { nextStageDue, sweepStages } from './sweep-stages';
