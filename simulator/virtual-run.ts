import { TemporalFailure } from '@temporalio/common';
import type { Delivery, JourneyActivities, RunInput } from '../workflows/runtime/contract';
import type { Engine } from '../workflows/runtime/engine';
import { Enrollment } from '../workflows/runtime/enrollment';
import type { Journey } from '../workflows/runtime/journey';
import { runJourney } from '../workflows/runtime/run-journey';
import { atRest } from './at-rest';
import { JourneyNotDeterministic } from './errors';

type ActivityName = keyof JourneyActivities;

/** What a run has of the world it is in. */
export interface Surroundings {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Calls `ring` at an instant, unless what it answers is called before. */
  wakeAt(at: number, ring: () => Promise<void>): () => void;
  execute(name: ActivityName, request: never): Promise<unknown>;
  /** What goes wrong with the workers; absent: nothing does. */
  readonly mishaps?: Mishaps | undefined;
}

/** What may befall a worker at any time and must make no difference. */
export interface Mishaps {
  /** Whether it dies when this activity has had its effect, before anybody hears of it. */
  diesAfter(activity: ActivityName): boolean;
  /** Whether the run goes on in a new history at this rest. */
  continues(): boolean;
}

/** One run of a journey on the virtual clock: the very code that Temporal runs. */
export class VirtualRun {
  /** The run is over, whatever it came to. */
  over = false;
  /** A bug in the journey: the run stands still. */
  mistake: Error | undefined;
  private life: Life;
  /** What a worker that takes over replays; kept only where workers die. */
  private readonly past: Past[] = [];
  private died = false;
  private begunAt = 0;

  constructor(
    private readonly journeyOf: (input: RunInput) => Journey,
    private input: RunInput,
    readonly around: Surroundings,
  ) {
    this.life = this.begin();
  }

  /** Until the run rests, having begun or been told something. */
  async rests(): Promise<void> {
    for (let life: Life | undefined; life !== this.life; ) {
      life = this.life;
      await life.rests();
      while (this.died) {
        this.died = false;
        await this.comeBack();
      }
    }
    if (this.mistake) throw this.mistake;
  }

  async tell(deliveries: readonly Delivery[]): Promise<void> {
    if (this.over) return;
    this.remember({ kind: 'told', at: this.around.now, deliveries });
    this.life.enrollment.receive(deliveries);
    await this.rests();
  }

  private async ring(): Promise<void> {
    if (this.over) return;
    this.remember({ kind: 'rung', at: this.around.now });
    this.life.ring();
    await this.rests();
  }

  private begin(): Life {
    this.begunAt = this.around.now;
    const life: Life = new Life(this.input, {
      now: () => this.around.now,
      wakeAt: (at) => this.around.wakeAt(at, () => this.ring()),
      execute: (name, request) => this.execute(life, name, request),
      isFull: () => this.around.mishaps?.continues() ?? false,
    });
    this.watch(life);
    return life;
  }

  private watch(life: Life): void {
    runJourney(this.journeyOf(this.input), life.enrollment).then(
      () => this.end(life),
      (error: unknown) => {
        if (life !== this.life) return;
        if (error instanceof Continued) {
          life.leave();
          // As it would come back from the server.
          this.input = JSON.parse(JSON.stringify(error.input)) as RunInput;
          this.past.length = 0;
          this.life = this.begin();
        } else if (error instanceof TemporalFailure) this.end(life);
        else this.mistake = error instanceof Error ? error : new Error(String(error));
      },
    );
  }

  private end(life: Life): void {
    if (life === this.life) this.over = true;
  }

  private async execute(life: Life, name: ActivityName, request: never): Promise<unknown> {
    const answer = await this.around.execute(name, request);
    if (life !== this.life) return never();
    if (this.around.mishaps?.diesAfter(name)) {
      this.die();
      return never();
    }
    this.remember({ kind: 'answered', at: this.around.now, name, answer });
    return answer;
  }

  /** What came of activities since the run was last told something was known to the worker alone. */
  private die(): void {
    this.life.leave();
    while (this.past.at(-1)?.kind === 'answered') this.past.pop();
    this.died = true;
  }

  /** Another worker walks the run to where it was, by what is recorded, and goes on from there. */
  private async comeBack(): Promise<void> {
    const replay = new Replay([...this.past], this.begunAt);
    const life: Life = new Life(this.input, {
      now: () => replay.now ?? this.around.now,
      wakeAt: (at) => replay.wakeAt(at) ?? this.around.wakeAt(at, () => this.ring()),
      execute: (name, request) => replay.answer(name) ?? this.execute(life, name, request),
      isFull: () => (!replay.isOver ? false : (this.around.mishaps?.continues() ?? false)),
    });
    this.life = life;
    this.watch(life);
    for (;;) {
      await life.rests();
      if (this.mistake || this.died) return;
      const next = replay.next();
      if (!next) break;
      if (next.kind === 'told') life.enrollment.receive(next.deliveries);
      else life.ring();
    }
    if (life.timerAt !== undefined && replay.timerAt === life.timerAt) {
      life.keepTimer(this.around.wakeAt(life.timerAt, () => this.ring()));
    }
  }

  private remember(past: Past): void {
    if (this.around.mishaps) this.past.push(past);
  }
}

type Past =
  | { readonly kind: 'told'; readonly at: number; readonly deliveries: readonly Delivery[] }
  | { readonly kind: 'rung'; readonly at: number }
  | { readonly kind: 'answered'; readonly at: number; readonly name: ActivityName; readonly answer: unknown };

interface Means {
  now(): number;
  /** Has the run woken at an instant. */
  wakeAt(at: number): () => void;
  execute(name: ActivityName, request: never): Promise<unknown>;
  isFull(): boolean;
}

/** A run in the memory of one worker. */
class Life implements Engine {
  readonly enrollment: Enrollment;
  timerAt: number | undefined;
  private catchingUp = 0;
  private ringing: (() => void) | undefined;
  private unset: (() => void) | undefined;

  constructor(
    input: RunInput,
    private readonly means: Means,
  ) {
    this.enrollment = new Enrollment(input, this);
  }

  now(): number {
    return this.means.now();
  }

  timer(ms: number, _what: () => string, ring: () => void): () => void {
    const at = this.now() + Math.ceil(ms);
    this.timerAt = at;
    this.ringing = ring;
    this.unset = this.means.wakeAt(at);
    return () => {
      if (this.ringing === ring) this.leave();
    };
  }

  ring(): void {
    const { ringing } = this;
    this.timerAt = undefined;
    this.ringing = undefined;
    ringing?.();
  }

  /** Takes over the timer that was set while the run was walked to where it had been. */
  keepTimer(unset: () => void): void {
    this.unset = unset;
  }

  /** Leaves no timer behind. */
  leave(): void {
    this.unset?.();
    this.timerAt = undefined;
    this.ringing = undefined;
  }

  execute<Name extends ActivityName>(
    name: Name,
    _what: string,
    request: Parameters<JourneyActivities[Name]>[0],
  ): ReturnType<JourneyActivities[Name]> {
    return this.means.execute(name, request as never) as ReturnType<JourneyActivities[Name]>;
  }

  announce(): void {}

  async atRest(): Promise<void> {
    this.catchingUp++;
    await atRest();
    this.catchingUp--;
  }

  /** Until it has nothing to do; walking through its journal takes it several rests. */
  async rests(): Promise<void> {
    do await atRest();
    while (this.catchingUp > 0);
  }

  begin(flow: () => void): void {
    flow();
  }

  /** Activities answer at once: none is ever under way when a run is told something. */
  breakOff(): void {}

  onCancel(): void {}

  shielded<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  isFull(): boolean {
    return this.means.isFull();
  }

  continueWith(input: RunInput): Promise<never> {
    return Promise.reject(new Continued(input));
  }
}

class Continued extends Error {
  constructor(readonly input: RunInput) {
    super('The run continues in a new history.');
  }
}

/** What is recorded of a run, given back to it in the order in which it happened. */
class Replay {
  /** When what is being replayed happened; undefined once everything has been. */
  now: number | undefined;
  timerAt: number | undefined;
  private place = 0;

  constructor(
    private readonly past: readonly Past[],
    begunAt: number,
  ) {
    if (past.length > 0) this.now = begunAt;
  }

  get isOver(): boolean {
    return this.place >= this.past.length;
  }

  /** The recorded answer of the activity that is asked for now; undefined when it is asked for the first time. */
  answer(name: ActivityName): Promise<unknown> | undefined {
    const next = this.past[this.place];
    if (!next) return undefined;
    if (next.kind !== 'answered' || next.name !== name) {
      const was = next.kind === 'answered' ? next.name : 'nothing';
      throw new JourneyNotDeterministic(was, name);
    }
    this.advance();
    return Promise.resolve(next.answer);
  }

  /** What the run was told next; undefined when that was all. */
  next(): Exclude<Past, { kind: 'answered' }> | undefined {
    const next = this.past[this.place];
    if (next?.kind === 'answered') throw new JourneyNotDeterministic(next.name, 'nothing');
    if (next) this.advance();
    return next;
  }

  /** While the past is replayed timers ring by the record alone. */
  wakeAt(at: number): (() => void) | undefined {
    if (this.isOver) return undefined;
    this.timerAt = at;
    return () => {
      this.timerAt = undefined;
    };
  }

  private advance(): void {
    this.now = this.past[this.place]?.at;
    this.place++;
    if (this.isOver) this.now = undefined;
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}
