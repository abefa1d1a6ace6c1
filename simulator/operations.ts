import type { Condition } from '../catalog/audience';
import { type Customer, survivorOf } from '../ingest/customer';
import { enterByLaunch } from '../ingest/launch/enter-by-launch';
import { JourneyPaused, launchable } from '../ingest/launch/launchable';
import type { Delivery } from '../workflows/runtime/contract';
import type { Journey } from '../workflows/runtime/journey';
import { isInside } from './audience';
import { endRun } from './end-run';
import { ALL_SENDING } from './holds';
import type { Enrolled } from './record';
import type { World } from './world';

/** How many a launch entered, and how many the rules of entry refused. */
export interface LaunchCounts {
  readonly entered: number;
  readonly refused: number;
}

/** What operators do to the journeys of a world, as the commands and the workers of production do it. */
export class Operations {
  /** Who was in the audience of a journey when it was last launched. */
  private readonly members = new Map<string, Set<Customer>>();

  constructor(
    private readonly world: World,
    private readonly audiences: { readonly [name: string]: Condition },
  ) {}

  pause(journey: string): void {
    const { holds } = this.world.record;
    this.known(journey);
    if (holds.find(journey)?.kind === 'stopped') {
      throw new Error(`${journey} is stopped: resume it before you pause it.`);
    }
    holds.begin({ journey, kind: 'paused', since: this.world.now });
  }

  async resume(journey: string): Promise<void> {
    this.known(journey);
    await this.lift(journey);
  }

  async stop(journey: string): Promise<void> {
    const { holds } = this.world.record;
    this.known(journey);
    if (holds.find(journey)?.kind === 'stopped') return;
    holds.lift(journey, this.world.now);
    holds.begin({ journey, kind: 'stopped', since: this.world.now });
    const end = { status: 'exited', reason: 'stopped' } as const;
    for (const enrolled of this.open(({ run }) => run.journey === journey)) {
      endRun(this.world.record, enrolled, { ...end, at: this.world.now });
      await tell(enrolled, { kind: 'end', end });
    }
  }

  halt(): void {
    this.world.record.holds.begin({ journey: ALL_SENDING, kind: 'halted', since: this.world.now });
  }

  async resumeSends(): Promise<void> {
    await this.lift(ALL_SENDING);
  }

  /**
   * Enters those who have crossed into the audience of a journey since it was last launched; or these profiles, whether
   * they are in it or not.
   */
  async launch(journey: string, profileIds?: readonly string[]): Promise<LaunchCounts> {
    const { world } = this;
    const deps = { ...world.project, audiences: this.audiences };
    const { definition, audience, condition } = launchable(deps, journey);
    if (world.record.holds.find(journey)) throw new JourneyPaused(journey);
    const launch = { launchId: world.newId(), audience };
    const counts = { entered: 0, refused: 0 };
    const crossed = profileIds
      ? profileIds.flatMap((profileId) => world.people.byProfile(profileId) ?? [])
      : this.crossings(journey, condition);
    for (const customer of crossed) {
      await world.apply([customer], (batch) => {
        counts[enterByLaunch(batch, customer, definition, launch) ? 'entered' : 'refused']++;
      });
    }
    return counts;
  }

  /** Deploys further versions, and tells the runs that they take over. */
  async release(journeys: readonly Journey[]): Promise<void> {
    for (const { id, policy } of journeys) {
      if (this.world.project.journeys.some((one) => one.id === id && one.policy.version === policy.version)) {
        throw new Error(`${id} v${policy.version} runs already: release another version of it.`);
      }
    }
    this.world.deploy(journeys);
    for (const { id, policy } of journeys) {
      for (const { from, at, resumeAt = at } of policy.migrations ?? []) {
        const move: Delivery = { kind: 'move', at, to: policy.version, resumeAt };
        const asleep = this.open(({ run }) => run.journey === id && run.version === from);
        for (const enrolled of asleep) await tell(enrolled, move);
      }
    }
  }

  /** Who is in the audience now, and was not at the last launch. */
  private crossings(journey: string, condition: Condition): Customer[] {
    const { record, now, people } = this.world;
    const members = new Set([...(this.members.get(journey) ?? [])].map(survivorOf));
    const inside = people.all().filter((customer) => isInside(condition, customer, { record, now }));
    this.members.set(journey, new Set(inside));
    return inside.filter((customer) => !members.has(customer));
  }

  private async lift(hold: string): Promise<void> {
    const { holds } = this.world.record;
    holds.lift(hold, this.world.now);
    await holds.release();
  }

  private open(which: (enrolled: Enrolled) => boolean): Enrolled[] {
    const { enrollments } = this.world.record;
    return [...enrollments.values()].filter((one) => one.run.status === 'open' && which(one));
  }

  private known(journey: string): void {
    if (this.world.project.journeys.some(({ id }) => id === journey)) return;
    throw new Error(`There is no journey ${journey}.`);
  }
}

async function tell(enrolled: Enrolled, delivery: Delivery): Promise<void> {
  await enrolled.live?.tell([delivery]);
  if (enrolled.live?.over) enrolled.live = undefined;
}
