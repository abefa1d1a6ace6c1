import type { Delivery, JourneyActivities } from '../workflows/runtime/contract';
import { JourneyNotDeterministic } from './errors';

export type ActivityName = keyof JourneyActivities;

/** One thing that is recorded of a run. */
export type Past =
  | { readonly kind: 'told'; readonly at: number; readonly deliveries: readonly Delivery[] }
  | { readonly kind: 'rung'; readonly at: number }
  | { readonly kind: 'answered'; readonly at: number; readonly name: ActivityName; readonly answer: unknown };

/** What is recorded of a run, given back to it in the order in which it happened. */
export class Replay {
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
