import type { JourneyActivities, RunInput } from '../workflows/runtime/contract';
import type { Engine } from '../workflows/runtime/engine';
import { Enrollment } from '../workflows/runtime/enrollment';
import { atRest } from './at-rest';

/** A run in the memory of one worker, on the virtual clock. */
export class Life implements Engine {
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

  execute<Name extends keyof JourneyActivities>(
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

/** Ends a history: the run goes on in a new one. */
export class Continued extends Error {
  constructor(readonly input: RunInput) {
    super('The run continues in a new history.');
  }
}

/** What it has of the run that it is the life of. */
export interface Means {
  now(): number;
  /** Has the run woken at an instant. */
  wakeAt(at: number): () => void;
  execute(name: keyof JourneyActivities, request: never): Promise<unknown>;
  isFull(): boolean;
}
