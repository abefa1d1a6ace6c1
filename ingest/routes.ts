import type { EventDefinition } from '../catalog/define';
import type { JourneyPolicy } from '../catalog/policy';
import type { JourneyDefinition } from './deps';

/** Which journeys an event concerns: by name, so an event that concerns none costs nothing. */
export class Routes {
  /** Names of the events that end runs or are their goals. */
  readonly endingNames: ReadonlySet<string>;
  /** Names of the events that waits may take. */
  readonly listenedNames: ReadonlySet<string>;
  private readonly newest: ReadonlyMap<string, JourneyDefinition>;
  private readonly byVersion: ReadonlyMap<string, JourneyPolicy>;
  private readonly byEvent: ReadonlyMap<string, readonly JourneyDefinition[]>;
  private readonly byStage: ReadonlyMap<string, readonly JourneyDefinition[]>;
  private readonly byGoal: ReadonlyMap<string, readonly string[]>;

  constructor(
    journeys: readonly JourneyDefinition[],
    private readonly events: { readonly [name: string]: EventDefinition },
  ) {
    this.newest = newestOf(journeys);
    this.byVersion = new Map(journeys.map(({ id, policy }) => [`${id} ${policy.version}`, policy]));
    // Of one instant the first to ask goes first, so it had better be the one with the say.
    const entered = [...this.newest.values()].toSorted((a, b) => rank(a) - rank(b));
    this.byEvent = group(entered, ({ policy }) => ('on' in policy.enter ? policy.enter.on : undefined));
    this.byStage = group(entered, ({ policy }) => ('stage' in policy.enter ? policy.enter.stage : undefined));
    const goals = group(journeys, ({ policy }) => policy.goal?.on);
    this.byGoal = new Map([...goals].map(([name, of]) => [name, [...new Set(of.map(({ id }) => id))]]));
    this.endingNames = new Set(journeys.flatMap(({ policy }) => endingNamesOf(policy)));
    this.listenedNames = new Set(journeys.flatMap(({ policy }) => policy.listens ?? []));
  }

  /** The policy a run goes by: of its version, or the newest of its journey when that one is gone. */
  policyOf(run: { readonly journey: string; readonly version: number }): JourneyPolicy | undefined {
    return this.byVersion.get(`${run.journey} ${run.version}`) ?? this.newest.get(run.journey)?.policy;
  }

  /** The version of a journey that takes entries. */
  newestOf(journey: string): JourneyDefinition | undefined {
    return this.newest.get(journey);
  }

  enteringOn(name: string): readonly JourneyDefinition[] {
    return this.byEvent.get(name) ?? [];
  }

  enteringStage(stage: unknown): readonly JourneyDefinition[] {
    return typeof stage === 'string' ? (this.byStage.get(stage) ?? []) : [];
  }

  /** All that enter on some stage. */
  get enteringAnyStage(): readonly JourneyDefinition[] {
    return [...this.byStage.values()].flat();
  }

  /** Journeys, of any version, whose goal the event is. */
  withGoal(name: string): readonly string[] {
    return this.byGoal.get(name) ?? [];
  }

  /** Journeys that have a goal. */
  get withAnyGoal(): readonly string[] {
    return [...new Set([...this.byGoal.values()].flat())];
  }

  /** What the tracking plan says of an event; undefined for one that is not in it. */
  definitionOf(name: string): EventDefinition | undefined {
    return Object.hasOwn(this.events, name) ? this.events[name] : undefined;
  }
}

/** Names of the events that end a run of this policy, or are its goal. */
export function endingNamesOf({ exit, goal }: JourneyPolicy): string[] {
  return [...(exit && 'on' in exit ? [exit.on] : []), ...(goal ? [goal.on] : [])];
}

function rank({ policy }: JourneyDefinition): number {
  return policy.lock?.priority ?? Number.MAX_SAFE_INTEGER;
}

function newestOf(journeys: readonly JourneyDefinition[]): ReadonlyMap<string, JourneyDefinition> {
  const newest = new Map<string, JourneyDefinition>();
  for (const journey of journeys) {
    const known = newest.get(journey.id);
    if (!known || known.policy.version < journey.policy.version) newest.set(journey.id, journey);
  }
  return newest;
}

function group<T>(items: readonly T[], by: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = by(item);
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return groups;
}
