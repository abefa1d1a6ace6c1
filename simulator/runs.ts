import type { Batch } from '../ingest/batch';
import type { Customer, Run } from '../ingest/customer';
import type { Delivery, JourneyActivities, RunInput } from '../workflows/runtime/contract';
import type { Journey } from '../workflows/runtime/journey';
import { type Agenda, rank } from './agenda';
import type { SimulatedProject } from './project';
import type { Enrolled, VirtualRecord } from './record';
import { type Mishaps, VirtualRun } from './virtual-run';

export interface RunsParts {
  /** As it stands when it is asked for: versions may be released meanwhile. */
  readonly project: () => SimulatedProject;
  readonly record: VirtualRecord;
  readonly agenda: Agenda;
  readonly activities: JourneyActivities;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly mishaps?: Mishaps | undefined;
}

/** The runs of journeys that are under way: begun and told things as the dispatcher would. */
export class Runs {
  constructor(private readonly parts: RunsParts) {}

  /** Tells each run what is for it, runs in the order of what they are told first, and waits until they rest. */
  async tellOf(batch: Batch): Promise<void> {
    for (const [enrolled, told] of this.toldBy(batch)) await this.tell(enrolled, told);
  }

  private toldBy({ writes }: Batch): Map<Enrolled, Told[]> {
    const { record } = this.parts;
    const byRun = new Map<Enrolled, Told[]>();
    for (const { run, customer, kind, payload } of writes.outbox) {
      const enrolled = record.enrollments.get(run.enrollmentId) ?? this.enroll(run, customer);
      byRun.set(enrolled, [...(byRun.get(enrolled) ?? []), { kind, payload: payload() }]);
    }
    return byRun;
  }

  private enroll(run: Run, customer: Customer): Enrolled {
    const enrolled: Enrolled = {
      run,
      customer,
      offers: new Map(),
      outcomes: new Set(),
      ledger: new Map(),
      decided: new Set(),
      held: undefined,
      pacedStep: undefined,
      live: undefined,
    };
    this.parts.record.enrollments.set(run.enrollmentId, enrolled);
    return enrolled;
  }

  private async tell(enrolled: Enrolled, told: readonly Told[]): Promise<void> {
    const [first] = told;
    if (first?.kind !== 'start') {
      await enrolled.live?.tell(told.map(({ payload }) => payload as Delivery));
    } else if (enrolled.run.status === 'open') {
      // A run that ended in the instant it was entered in has nothing to do.
      const pending = told.slice(1).map(({ payload }) => payload as Delivery);
      await this.start(enrolled, { clockOffsetMs: 0, pending, ...(first.payload as Start) });
    }
    if (enrolled.live?.over) enrolled.live = undefined;
  }

  private async start(enrolled: Enrolled, input: RunInput): Promise<void> {
    const { agenda, activities, now, mishaps } = this.parts;
    const turn = rank.timer + precedence(this.journeyOf(input));
    enrolled.live = new VirtualRun((one) => this.journeyOf(one), input, {
      now,
      wakeAt: (at, ring) => agenda.add(at, turn, ring),
      execute: (name, request) => activities[name](request),
      mishaps,
    });
    await enrolled.live.rests();
  }

  private journeyOf({ journey: id, version }: RunInput): Journey {
    const { journeys } = this.parts.project();
    const journey = journeys.find((one) => one.id === id && one.policy.version === version);
    if (!journey) throw new Error(`The project has no journey ${id}.v${version}`);
    return journey;
  }
}

/** Of asks in one instant the journey with the say goes first, between 0 and 1. */
function precedence({ policy: { lock } }: Journey): number {
  return lock ? 1 - 1 / (1 + lock.priority) : 1;
}

interface Told {
  readonly kind: string;
  readonly payload: unknown;
}

type Start = Omit<RunInput, 'clockOffsetMs' | 'pending'>;
