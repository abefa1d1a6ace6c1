import { stages } from '../catalog/lifecycle';
import type { Needed } from '../store/codes';
import type { ProfileRow } from '../store/profiles';
import type { AcceptedEvent } from './accepted-event';
import type { JourneyDefinition, Prepared } from './deps';
import { keyOf } from './enter';
import { happenedAt } from './happened-at';
import type { IdentityPlan } from './identity-plan';
import { knownEvents } from './known-events';
import type { Needs } from './load-batch';
import { consentWishes } from './messaging-subscriptions';

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] };

/**
 * What of the stored profiles a batch may have to know, rather too much than too little: it is all read before the
 * first event takes effect, in a few statements.
 */
export function foreseeNeeds(
  deps: Prepared,
  now: Date,
  events: readonly AcceptedEvent[],
  { profiles, plan }: { readonly profiles: readonly ProfileRow[]; readonly plan: IdentityPlan },
): Needs {
  const people = new People(profiles, plan);
  const merging = people.merging();
  const elapsed = profiles.filter(({ stageDueAt }) => stageDueAt !== null && stageDueAt < now).map(idOf);
  const needs: Mutable<Needs> = {
    entries: [],
    goals: [],
    merging,
    consent: [...merging],
    elapsed,
    addresses: [],
    codes: {
      needed: codesFor(
        deps,
        events.map(({ name = '' }) => name),
      ),
      returnedBy: now,
    },
  };
  for (const [at, event] of events.entries()) {
    const resolution = plan.resolutions[at];
    if (!resolution) continue;
    const stored = people.storedOf(resolution.profileId);
    const since = happenedAt(event, now);
    if (event.type === 'identify' && event.context) {
      const wishes = consentWishes(event.context, deps.workspace.country);
      needs.addresses.push(...wishes);
      if (wishes.length > 0) needs.consent.push(...stored.map(idOf));
    }
    if (resolution.moved || resolution.released.length > 0) {
      const former = resolution.moved ? people.storedOf(resolution.moved.fromProfileId) : [];
      needs.consent.push(...[...stored, ...former].map(idOf));
    }
    for (const profile of stored) {
      if (event.type === 'track') needTrack(needs, deps, profile, { since, ...event });
      if (mayMoveStage(profile, event, now)) needStageMove(needs, deps, profile, since);
    }
  }
  return { ...needs, consent: [...new Set(needs.consent)] };
}

/** What a move of the stage by time alone may have to know. */
export function foreseeStageMoves(deps: Prepared, now: Date, profiles: readonly ProfileRow[]): Needs {
  const needs: Mutable<Needs> = {
    entries: [],
    goals: [],
    merging: [],
    consent: [],
    elapsed: profiles.map(idOf),
    addresses: [],
    codes: {
      needed: codesFor(
        deps,
        profiles.map(() => ''),
      ),
      returnedBy: now,
    },
  };
  for (const profile of profiles) {
    if (profile.stageDueAt) needStageMove(needs, deps, profile, profile.stageDueAt);
  }
  return needs;
}

function needTrack(
  needs: Mutable<Needs>,
  deps: Prepared,
  { profileId }: ProfileRow,
  event: Pick<AcceptedEvent, 'name' | 'properties'> & { readonly since: Date },
): void {
  const { name = '', properties = {}, since } = event;
  for (const journey of deps.routes.enteringOn(name)) {
    const key = keyOf(journey, { properties });
    if (key !== null) needs.entries.push({ profileId, journey, key, since });
  }
  for (const journey of deps.routes.withGoal(name)) needs.goals.push({ profileId, journey, since });
}

function mayMoveStage({ stage, stageDueAt }: ProfileRow, event: AcceptedEvent, now: Date): boolean {
  if (stage === 'inactive' || (stageDueAt !== null && stageDueAt < now)) return true;
  return event.type === 'track' && event.name === knownEvents.registered;
}

function needStageMove(needs: Mutable<Needs>, deps: Prepared, profile: ProfileRow, at: Date): void {
  const { profileId, stageDueAt } = profile;
  const since = stageDueAt && stageDueAt < at ? stageDueAt : at;
  for (const journey of enteringOnMoves(deps)) {
    for (const key of stageKeys(journey)) needs.entries.push({ profileId, journey, key, since });
  }
  for (const journey of deps.routes.withGoal(knownEvents.stageChanged)) {
    needs.goals.push({ profileId, journey, since });
  }
}

/** Most stages that one event, or time alone, moves a customer through. */
const MOST_MOVES = 3;

/** As many unique codes as these may take: each enters a journey by its name, and by the stages it moves somebody to. */
function codesFor(deps: Prepared, names: readonly string[]): Needed[] {
  const most = new Map<string, number>();
  const need = ({ policy: { codes } }: JourneyDefinition, times: number) => {
    if (codes !== undefined) most.set(codes, (most.get(codes) ?? 0) + times);
  };
  for (const name of names) for (const one of deps.routes.enteringOn(name)) need(one, 1);
  for (const one of enteringOnMoves(deps)) need(one, MOST_MOVES * names.length);
  return [...most].map(([offer, many]) => ({ offer, most: many }));
}

function enteringOnMoves({ routes }: Prepared): readonly JourneyDefinition[] {
  return [...routes.enteringAnyStage, ...routes.enteringOn(knownEvents.stageChanged)];
}

/** The keys that a run which enters on a move of the stage may have. */
function stageKeys({ policy: { enter } }: JourneyDefinition): readonly string[] {
  return 'on' in enter && enter.key !== undefined ? ['registered', ...stages] : [''];
}

/** The stored profiles by the person they turn out to be. */
class People {
  private readonly stored = new Map<string, ProfileRow[]>();

  constructor(
    profiles: readonly ProfileRow[],
    private readonly plan: IdentityPlan,
  ) {
    for (const profile of profiles) {
      const person = plan.survivorOf(profile.profileId);
      this.stored.set(person, [...(this.stored.get(person) ?? []), profile]);
    }
  }

  storedOf(profileId: string): readonly ProfileRow[] {
    return this.stored.get(this.plan.survivorOf(profileId)) ?? [];
  }

  /** Those that become one with another, stored or new. */
  merging(): string[] {
    const merged = this.plan.resolutions.filter((resolution) => resolution.merged.length > 0);
    return [...new Set(merged.flatMap(({ profileId }) => this.storedOf(profileId).map(idOf)))];
  }
}

function idOf({ profileId }: ProfileRow): string {
  return profileId;
}
