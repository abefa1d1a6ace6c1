import { TemporalFailure } from '@temporalio/common';
import type { Delivery, RunInput } from '../workflows/runtime/contract';
import type { Journey } from '../workflows/runtime/journey';
import { runJourney } from '../workflows/runtime/run-journey';
import { Continued, Life } from './life';
import { type ActivityName, type Past, Replay } from './replay';

/** What a run has of the world it is in. */
export interface Surroundings {
  /** Epoch milliseconds. */
  now(): number;
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
    this.remember({ kind: 'told', at: this.around.now(), deliveries });
    this.life.enrollment.receive(deliveries);
    await this.rests();
  }

  private async ring(): Promise<void> {
    if (this.over) return;
    this.remember({ kind: 'rung', at: this.around.now() });
    this.life.ring();
    await this.rests();
  }

  private begin(): Life {
    this.begunAt = this.around.now();
    const life: Life = new Life(this.input, {
      now: () => this.around.now(),
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
    this.remember({ kind: 'answered', at: this.around.now(), name, answer });
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
      now: () => replay.now ?? this.around.now(),
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

function never(): Promise<never> {
  return new Promise(() => {});
}
