import type { Condition } from '../../catalog/audience';
import { elapsed } from '../../catalog/duration';
import type { AudienceEntry } from '../../store/audiences';
import { type JourneyDefinition, prepareIngest } from '../deps';
import type { LaunchDeps } from './work-launches';

export interface Launchable extends AudienceEntry {
  readonly definition: JourneyDefinition;
  readonly audience: string;
  readonly condition: Condition;
}

/** The newest version of a journey that is entered by launches. Throws {@link NotLaunchable}. */
export function launchable(deps: LaunchDeps, journey: string): Launchable {
  const definition = prepareIngest(deps).routes.newestOf(journey);
  if (!definition) throw new NotLaunchable('journey_not_found', `There is no journey ${journey}.`);
  const { enter, reentry } = definition.policy;
  if (!('audience' in enter)) {
    throw new NotLaunchable(
      'not_launchable',
      `${journey} is entered by ${'on' in enter ? 'an event' : 'a stage'}: only a journey with an audience can be launched.`,
    );
  }
  const condition = deps.audiences[enter.audience];
  if (!condition) {
    throw new NotLaunchable(
      'audience_unknown',
      `The catalog has no audience ${enter.audience}, which ${journey} enters.`,
    );
  }
  const reentryAfterMs = reentry === 'never' ? null : reentry === 'always' ? 0 : elapsed(reentry.after);
  return { journey, definition, audience: enter.audience, condition, reentryAfterMs };
}

/** The journeys that can be launched. */
export function launchableJourneys(deps: LaunchDeps): string[] {
  const ids = deps.journeys
    .filter(({ policy: { enter } }) => 'audience' in enter && deps.audiences[enter.audience] !== undefined)
    .map(({ id }) => id);
  return [...new Set(ids)];
}

/** The journey cannot be launched: name one that there is, and that enters an audience of the catalog. */
export class NotLaunchable extends Error {
  constructor(
    readonly code: 'journey_not_found' | 'not_launchable' | 'audience_unknown',
    message: string,
  ) {
    super(message);
    this.name = 'NotLaunchable';
  }
}

/** A journey that is paused or stopped takes no entries: resume it first. */
export class JourneyPaused extends Error {
  readonly code = 'journey_paused';

  constructor(journey: string) {
    super(`${journey} is paused or stopped, and takes no entries: resume it first.`);
    this.name = 'JourneyPaused';
  }
}
