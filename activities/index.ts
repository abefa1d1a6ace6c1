import type { JourneyActivities } from '../workflows/runtime/contract';
import type { ActivityDeps } from './deps';
import { eventsSince } from './events-since';
import { experiment } from './experiment';
import { finish } from './finish';
import { grantOffer } from './grant-offer';
import { move } from './move';
import { profile } from './profile';
import { recordOutcome } from './record-outcome';
import { resolveTime } from './resolve-time';
import { settingsProblems } from '../rules/gate/settings-problems';
import { SendingRulesInvalid } from './errors';
import { createPacer } from './send/pacer';
import { send, sendResult } from './send/send';

export type { ActivityDeps } from './deps';
export { noteRest } from './note-due';
export { guard } from './operations/guard';
export { rehearseAsks } from './operations/rehearse-asks';
export { operationsDue, workOperations } from './operations/work-operations';
export { nextSettleAt, settleDue } from './settle/settle-unknown-sends';

/**
 * Everything a journey may do to the world, bound to what it works with. Throws {@link SendingRulesInvalid} for policies and
 * settings of the workspace that cannot be meant.
 */
export function createActivities(deps: ActivityDeps): JourneyActivities {
  const problems = settingsProblems(deps);
  if (problems.length > 0) throw new SendingRulesInvalid(problems);
  const sending = { ...deps, pacer: createPacer(deps.pool), yielding: new Set<object>() };
  return {
    send: (request) => send(sending, request),
    sendResult: (request) => sendResult(deps, request),
    experiment: (request) => experiment(deps, request),
    grantOffer: (request) => grantOffer(deps, request),
    profile: (request) => profile(deps, request),
    recordOutcome: (request) => recordOutcome(deps, request),
    resolveTime: (request) => resolveTime(deps, request),
    eventsSince: (request) => eventsSince(deps, request),
    move: (request) => move(deps, request),
    tunables: async ({ values }) => values,
    finish: (request) => finish(deps, request),
  };
}
