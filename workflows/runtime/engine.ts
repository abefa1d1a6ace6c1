import type { JourneyActivities, RunInput } from './contract';

/**
 * What a run needs of whatever runs it: Temporal in production, a virtual clock where journeys are tested and simulated.
 * The code of a run is the same on both.
 */
export interface Engine {
  /** The engine's clock, epoch milliseconds. Jornada's is this plus the run's offset. */
  now(): number;
  /** Calls `ring` in `ms`, unless what it answers is called before. `what` it is for, in words. */
  timer(ms: number, what: () => string, ring: () => void): () => void;
  /** Executes an activity, at least once. `what` it is for, in words. */
  execute<Name extends keyof JourneyActivities>(
    name: Name,
    what: string,
    request: Parameters<JourneyActivities[Name]>[0],
  ): ReturnType<JourneyActivities[Name]>;
  /** Says what the run waits for, and when it wakes by itself; null: not by itself, or no more. */
  announce(details: () => string, wakeAt: number | null): void;
  /** Resolves when nothing is left that could be done now. */
  atRest(): Promise<void>;
  /** Starts the journey's flow; {@link Engine.breakOff} breaks off the activity that it has under way. */
  begin(flow: () => void): void;
  breakOff(): void;
  /** Calls `over` when an operator cancels the run. */
  onCancel(over: (error: unknown) => void): void;
  /** Does what is left to be done although the run was canceled. */
  shielded<T>(work: () => Promise<T>): Promise<T>;
  /** Whether the run should continue in a new history: it has `limit` events, or as many as the engine thinks wise. */
  isFull(limit: number): boolean;
  /** Ends this history and continues the run in a new one. */
  continueWith(input: RunInput): Promise<never>;
}
