import {
  CancellationScope,
  condition,
  continueAsNew,
  type LocalActivityFunctionWithOptions,
  makeContinueAsNewFunc,
  proxyLocalActivities,
  proxySinks,
  setCurrentDetails,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { type SearchAttributePair, SearchAttributeType } from '@temporalio/common';
import type { JourneyActivities, RunInput, RunResult, WaitSinks } from './contract';
import type { Engine } from './engine';
import { summary } from './words';

/** A workflow's input and result, whichever journey it runs. */
export type JourneyWorkflow = (input: RunInput) => Promise<RunResult>;

/**
 * Effects outlive outages by being tried again for ever: shortly inside the worker, then by timers of the server, between
 * which the run hears its signals. A failure marked non-retryable ends the run `failed`.
 */
const activities = proxyLocalActivities<JourneyActivities>({
  startToCloseTimeout: 10_000,
  localRetryThreshold: 10_000,
  cancellationType: 'TRY_CANCEL',
  retry: { initialInterval: 250, backoffCoefficient: 2, maximumInterval: 60_000 },
});

/** A send waits for the provider's answer. */
const SEND_TIMEOUT_MS = 30_000;

const { waits } = proxySinks<WaitSinks>();

/** One workflow of Temporal. */
export class TemporalEngine implements Engine {
  private readonly scope = new CancellationScope();

  constructor(private readonly input: RunInput) {}

  now(): number {
    return Date.now();
  }

  /**
   * `condition(fn, ms)` would do the same with ten promises more, and each promise that is pending keeps its stack trace,
   * a kilobyte or two, for as long as the run sleeps.
   */
  timer(ms: number, what: () => string, ring: () => void): () => void {
    const scope = new CancellationScope();
    // Canceled, it has nothing to say: who canceled it knows.
    const canceled = () => {};
    void scope.run(async () => void sleep(Math.ceil(ms), { summary: summary(what()) }).then(ring, canceled));
    return () => scope.cancel();
  }

  execute<Name extends keyof JourneyActivities>(
    name: Name,
    what: string,
    request: Parameters<JourneyActivities[Name]>[0],
  ): ReturnType<JourneyActivities[Name]> {
    // The compiler loses sight of the name in the proxy's mapped type.
    const activity = activities[name] as LocalActivityFunctionWithOptions<(one: unknown) => Promise<unknown>>;
    const patience = name === 'send' ? { startToCloseTimeout: SEND_TIMEOUT_MS } : {};
    const answer = activity.executeWithOptions({ ...patience, summary: summary(what) }, [request]);
    return answer as ReturnType<JourneyActivities[Name]>;
  }

  announce(details: () => string, wakeAt: number | null): void {
    setCurrentDetails(details());
    waits.wakesAt(this.input.enrollmentId, wakeAt, this.input.clockOffsetMs);
  }

  /** Conditions are looked at when no microtask is left; one that is true from the start would not wait for that. */
  atRest(): Promise<void> {
    let asked = false;
    const rested = condition(() => asked);
    asked = true;
    return rested;
  }

  begin(flow: () => void): void {
    void this.scope.run(async () => flow());
  }

  breakOff(): void {
    this.scope.cancel();
  }

  onCancel(over: (error: unknown) => void): void {
    CancellationScope.current().cancelRequested.catch(over);
  }

  shielded<T>(work: () => Promise<T>): Promise<T> {
    return CancellationScope.nonCancellable(work);
  }

  isFull(limit: number): boolean {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    return continueAsNewSuggested || historyLength >= limit;
  }

  continueWith(input: RunInput): Promise<never> {
    const { workflowType, typedSearchAttributes } = workflowInfo();
    const type = `${input.journey}.v${input.version}`;
    if (type === workflowType) return continueAsNew<JourneyWorkflow>(input);
    const attributes = typedSearchAttributes.getAll().map((pair): SearchAttributePair => {
      if (pair.key.name !== 'JourneyVersion' || pair.key.type !== SearchAttributeType.KEYWORD) return pair;
      return { key: pair.key, value: String(input.version) };
    });
    return makeContinueAsNewFunc<JourneyWorkflow>({
      workflowType: type,
      ...(attributes.length > 0 && { typedSearchAttributes: attributes }),
    })(input);
  }
}
