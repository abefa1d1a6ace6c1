import { Activities } from './activities';
import type { Carried, Delivery, Moved, RunEnd, RunInput, Waiting } from './contract';
import { Crossing } from './crossing';
import type { Engine } from './engine';
import { giveUp } from './errors';
import { Inbox, textsOf, type Wanted } from './inbox';
import { Journal } from './journal';
import { localWords } from './words';

/** A run later than this goes by the real time; within it latency does not add up from wait to wait. */
const GRACE_MS = 60_000;
/** Events of history after which a run continues in a new one, long before the server would stop it. */
const HISTORY_LIMIT = 2_000;
/** A run carries the answers of all its steps from one history to the next. */
const STEP_LIMIT = 1_000;

/** What a step waits for: until `wakeAt`, or until `look` finds something. */
export interface Pause {
  readonly wakeAt: number;
  /** In words, without the time. */
  readonly what: string;
  /** The step has begun something that must not begin anew, so the run stays in its history meanwhile. */
  readonly midway?: boolean;
  /** Events that would end it. */
  readonly wants?: readonly Wanted[];
  look(): boolean;
}

interface Rest extends Pause {
  end(how: 'found' | 'due'): void;
}

export interface StepOptions<T> {
  /** The name of a wait. */
  readonly point?: string;
  /** What a run that comes from another version, and has the step behind it, is answered. Default: the step is done. */
  readonly passed?: { readonly result: T };
}

/** A step under way that is a wait, or holds the run as one does. */
interface Open {
  readonly name: string;
  readonly point?: string;
  /** How many times it has been reached, this one included. */
  readonly occurrence: number;
}

/** The state of one enrollment's run: its now, its inbox, its journal, and what it rests for. */
export class Enrollment {
  /** The journey's now: entry, then the due instant of each wait, or the arrival of the event that ended it. */
  now: number;
  /** The customer's zone as last heard, for words. */
  zone: string;
  zoneChanges = 0;
  /** When the customer's zone was last heard to change. */
  private zoneChangedAt = 0;
  /** As told by the record. */
  end: RunEnd | undefined;
  /** Nothing more is done for the journey. */
  stopped = false;
  /** The run's history is long enough. */
  full = false;
  readonly activities: Activities;
  readonly inbox: Inbox;
  readonly journal: Journal;
  /** Sends heard to be settled. */
  readonly settled = new Set<string>();
  /** What was last heard of sends that may ask again; another object each time. */
  resumed: { readonly at: number } = { at: 0 };
  /** The zones that open waits began in, by step. */
  readonly waitZones: Map<number, string>;
  readonly rests: Rest[] = [];
  /** Where the run is to go over to, if it sleeps there; looked at once. */
  private move: Extract<Delivery, { kind: 'move' }> | undefined;
  /** On the way to where the version before left off. */
  private crossing: Crossing | undefined;
  private readonly open = new Map<number, Open>();
  private readonly reached = new Map<string, number>();
  private steps = 0;
  private working = 0;
  private announced: Rest | undefined;
  private stirred = false;
  private rungFor = 0;
  private notice: (() => void) | undefined;

  constructor(
    readonly input: RunInput,
    readonly engine: Engine,
  ) {
    const { trigger, carried } = input;
    this.activities = new Activities(engine);
    this.now = trigger.receivedAt;
    this.zone = carried?.zone ?? input.zone;
    this.inbox = new Inbox(trigger, carried);
    this.journal = new Journal(carried?.journal);
    this.waitZones = new Map(carried?.waitZones);
    if (carried?.moved) this.crossing = new Crossing(carried.moved);
    this.take(input.pending);
  }

  /** The server delivers. */
  receive(deliveries: readonly Delivery[]): void {
    this.measure();
    this.take(deliveries);
  }

  private take(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      switch (delivery.kind) {
        case 'event':
          this.inbox.receive(delivery.event);
          // Others may wait to hear whether it asks for something now.
          this.announced = undefined;
          break;
        case 'end':
          this.end ??= delivery.end;
          this.stopped = true;
          break;
        case 'zone':
          this.zone = delivery.zone;
          this.zoneChanges++;
          this.zoneChangedAt = delivery.at ?? 0;
          break;
        case 'settled':
          this.settled.add(delivery.sendId);
          break;
        case 'resumed':
          this.resumed = { at: delivery.at };
          break;
        case 'move':
          this.move = delivery;
          break;
      }
    }
    this.stir();
  }

  /** The alarm for `wakeAt` rang. */
  ring(wakeAt: number): void {
    this.measure();
    this.rungFor = wakeAt;
    this.stir();
  }

  /**
   * Only what the server itself delivers, a signal or a timer, comes with the same length of history in a replay: the answer
   * of a local activity may have come one task later when it was new, as it does where a query came in between.
   */
  private measure(): void {
    this.full = this.engine.isFull(this.input.historyLimit ?? HISTORY_LIMIT);
  }

  /** Something happened that the run has to look at. */
  stir(): void {
    this.stirred = true;
    this.notice?.();
  }

  /** Until something happened: everything that came in one activation is there by then, in whatever order it came. */
  news(): Promise<void> {
    return new Promise((noticed) => {
      this.notice = () => {
        this.stirred = false;
        this.notice = undefined;
        noticed();
      };
      if (this.stirred) this.notice();
    });
  }

  /** Wakes what found something, and then, if nothing did, what is due. */
  turn(): void {
    for (const rest of this.rests.filter((one) => one.look())) this.wake(rest, 'found');
    // A timer and the task's clock may differ by a millisecond, and a run of the embedded stack may lag behind its clock.
    const clock = Math.max(this.clock(), this.rungFor, this.now);
    for (const rest of this.rests.filter(({ wakeAt }) => wakeAt <= clock)) this.wake(rest, 'due');
  }

  /** Jornada's clock, as exact as the workflow task is punctual. */
  clock(): number {
    return this.engine.now() + this.input.clockOffsetMs;
  }

  /** Sets the journey's now to an instant that was waited for. */
  reach(due: number): void {
    // A run of the embedded stack may lag behind the change of zone that puts the instant into the past.
    const clock = Math.max(this.clock(), this.zoneChangedAt);
    this.now = Math.max(this.now, clock - due > GRACE_MS ? clock : due);
  }

  /**
   * One thing a journey asks for. Its answer is kept, so that a continued run need not ask again; once the run has
   * stopped there is no answer, and the journey stands where it is.
   */
  async step<T>(
    name: string,
    work: (step: number, from: number) => Promise<T>,
    options: StepOptions<T> = {},
  ): Promise<T> {
    if (this.stopped) return never();
    const { point } = options;
    const occurrence = this.count(point ?? name);
    let from = this.now;
    const step = this.steps++;
    if (step >= STEP_LIMIT) {
      throw giveUp(
        'JOURNEY_TOO_LONG',
        `A run takes at most ${STEP_LIMIT} steps: let it end, and enter again.`,
      );
    }
    const past = this.journal.caughtUp ? undefined : await this.journal.past(step, name);
    if (past) return past.result as T;
    if (this.crossing?.isReached(point, occurrence)) {
      const { startedIn, now } = this.crossing.moved;
      if (startedIn !== undefined) this.waitZones.set(step, startedIn);
      from = this.now = now;
      this.crossing = undefined;
    }
    const before = this.crossing?.answer(name, options.passed);
    if (before) {
      this.now = before.now ?? this.now;
      this.journal.entries.push({ step, name, result: before.result, now: this.now });
      return before.result as T;
    }
    this.working++;
    this.open.set(step, { name, occurrence, ...(point !== undefined && { point }) });
    try {
      const result = await work(step, from);
      if (!this.stopped) {
        this.journal.entries.push({ step, name, result, now: this.now });
        return result;
      }
    } catch (error) {
      // What was under way is broken off when the run stops.
      if (!this.stopped) throw error;
    } finally {
      this.waitZones.delete(step);
      this.open.delete(step);
      this.working--;
    }
    return never();
  }

  /** Walks the journey to where the run before left it. */
  catchUp(): Promise<void> {
    return this.journal.replay(
      (entry) => {
        this.now = entry.now;
      },
      () => this.stopped,
      () => this.engine.atRest(),
    );
  }

  /** Answers when the pause is over; not at all where the run stops meanwhile. */
  rest(pause: Pause): Promise<'found' | 'due'> {
    return new Promise((end) => {
      this.rests.push({ end, ...pause });
      this.stir();
    });
  }

  private wake(rest: Rest, how: 'found' | 'due'): void {
    this.rests.splice(this.rests.indexOf(rest), 1);
    rest.end(how);
  }

  /** The journey stops where it stands, as the record says it has ended. */
  stop(): Promise<never> {
    this.stopped = true;
    this.stir();
    return never();
  }

  /** What ends next by itself. */
  get soonest(): Rest | undefined {
    const [first, ...others] = this.rests;
    return others.reduce(
      (soonest, rest) => (soonest && rest.wakeAt >= soonest.wakeAt ? soonest : rest),
      first,
    );
  }

  /** The journey does nothing but wait, so what it carries is all there is to it. */
  get resting(): boolean {
    if (!this.journal.caughtUp || this.working === 0 || this.working !== this.rests.length) return false;
    return this.rests.every(({ midway = false }) => !midway);
  }

  /** The run has walked to its end without coming by the wait that it was to go on at. */
  get lost(): boolean {
    return this.crossing !== undefined;
  }

  /** The version the run is to go over to, if it sleeps where it may; it is asked once. */
  takeMove(): Extract<Delivery, { kind: 'move' }> | undefined {
    const { move } = this;
    this.move = undefined;
    const [asleep, ...others] = this.open.values();
    const sleepsThere =
      this.resting && others.length === 0 && asleep?.point !== undefined && asleep.point === move?.at;
    return sleepsThere && move?.to !== this.input.version ? move : undefined;
  }

  /** What the run takes with it to the wait of another version that it goes on in. */
  carryOver(resumeAt: string): Carried {
    const [[step, { occurrence }] = [-1, { occurrence: 1 }]] = this.open;
    const startedIn = this.waitZones.get(step);
    const moved: Moved = {
      resumeAt,
      occurrence,
      now: this.now,
      journal: this.journal.entries,
      ...(startedIn !== undefined && { startedIn }),
    };
    return { ...this.carry(), journal: [], waitZones: [], moved };
  }

  private count(name: string): number {
    const occurrence = (this.reached.get(name) ?? 0) + 1;
    this.reached.set(name, occurrence);
    return occurrence;
  }

  carry(): Carried {
    return {
      journal: this.journal.entries,
      inbox: this.inbox.events,
      seenSeq: this.inbox.seenSeq,
      forgottenSeq: this.inbox.forgottenSeq,
      waitZones: [...this.waitZones],
      zone: this.zone,
    };
  }

  waiting(): Waiting {
    const details = this.rests.map((rest) => this.words(rest));
    const points = [...this.open.values()].map(({ name, point = name, occurrence }) =>
      occurrence === 1 ? point : `${point} (${occurrence})`,
    );
    return {
      wakeAt: this.soonest?.wakeAt ?? null,
      details: details.join('\n') || 'working',
      points,
      wants: this.rests.flatMap(({ wants = [] }) =>
        wants.map(({ event, where }) => ({ event, where: textsOf(where) })),
      ),
    };
  }

  /** `waiting for Offer Redeemed until 16:03 New York time` */
  words({ what, wakeAt }: Rest): string {
    return `${what} until ${localWords(wakeAt, this.clock(), this.zone)}`;
  }

  /** Tells operators what the run waits for, and the clock of the embedded stack when it wakes. */
  announce(next: Rest): void {
    if (next === this.announced) return;
    this.announced = next;
    this.engine.announce(() => this.waiting().details, next.wakeAt);
  }

  announceEnd(details: string): void {
    this.engine.announce(() => details, null);
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}
