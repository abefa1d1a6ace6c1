import fc from 'fast-check';
import { type Duration, days, elapsed } from '../catalog/duration';
import type { EventName, EventProperties, GivenTraits } from '../catalog/types';
import type { CustomerOptions, TestCustomer } from './customer';
import { brokenInvariant } from './invariants';
import { testJourneys } from './journey-test';
import { mishaps } from './mishaps';
import type { TestOptions } from './options';
import { asTest } from './ready-made-test';
import { timelineText, whatCameOf } from './timeline-text';

/** Something that may happen in a history. */
export type Act =
  | {
      [E in EventName]: Record<never, never> extends EventProperties<E>
        ? Happens<E> & {
            /** As the tracking plan describes them. Default: none. */
            readonly properties?: EventProperties<E>;
          }
        : Happens<E> & {
            /** As the tracking plan describes them. */
            readonly properties: EventProperties<E>;
          };
    }[EventName]
  | {
      /** A text from their phone, as `STOP`. */
      readonly texts: string;
    }
  | {
      /** Traits become known; null forgets one. */
      readonly traits: GivenTraits;
    };

interface Happens<E> {
  /** An event of the tracking plan. */
  readonly event: E;
}

/** What must hold of every history; false, or an error, says that it does not. */
export type Invariant = (customer: TestCustomer) => boolean | void;

/** What may happen in a random history, and how many are tried. */
export interface HistoryOptions extends Omit<TestOptions, 'mishaps'> {
  /** What may happen, each any number of times, in any order. */
  readonly acts: readonly [Act, ...Act[]];
  /** Who it happens to. Default: as `customer` of a test makes somebody. */
  readonly customer?: CustomerOptions;
  /** Longest time between two acts, and from the last one to the end. Default 3 days. */
  readonly apart?: Duration;
  /** Most acts of a history. Default 10. */
  readonly most?: number;
  /** Histories tried. Default 100. */
  readonly runs?: number;
  /** The same seed tries the same histories. Default: another each time; a failure tells it. */
  readonly seed?: number;
  /** What must hold besides what must hold always, by a name that a failure tells. */
  readonly invariants?: { readonly [name: string]: Invariant };
}

/** One act of a history, and when. */
export interface Step {
  readonly act: Act;
  /** Milliseconds after the one before. */
  readonly after: number;
  /** Milliseconds by which it arrives late. */
  readonly late: number;
  /** An event comes twice. */
  readonly twice: boolean;
}

export interface History {
  readonly steps: readonly Step[];
  /** Milliseconds from the last act to the end. */
  readonly rest: number;
  /** Seed of what befalls the workers; 0: nothing. */
  readonly mishaps: number;
}

/**
 * Tries random histories: any of the acts in any order and at any distance, late, twice, while workers die at any effect
 * and runs go on in new histories. Rejects for the first that breaks an invariant, made as small as it can be, with the
 * timeline and the history as a ready-made test. These hold always:
 *
 * - no step of a run sends twice, nothing is sent after STOP, and an ended run does nothing more;
 * - no run stands still, and none goes another way when it is walked through again;
 * - what befalls the workers, and what arrives twice, makes no difference.
 */
export async function checkHistories(options: HistoryOptions): Promise<void> {
  const { runs = 100, seed } = options;
  let failedAt: number | undefined;
  const holds = async (history: History) => {
    // What is as small as it gets in so long is small enough: the test must not time out on it.
    if (failedAt !== undefined && performance.now() - failedAt > SHRINKING_MS) return true;
    const problem = await problemOf(options, history);
    if (problem) failedAt ??= performance.now();
    return problem === undefined;
  };
  const details = await fc.check(fc.asyncProperty(historyOf(options), holds), {
    numRuns: runs,
    ...(seed === undefined ? {} : { seed }),
  });
  if (!details.failed) return;
  const [history] = details.counterexample ?? [];
  if (!history) throw new Error('The histories could not be tried.', { cause: details.errorInstance });
  const problem = await problemOf(options, history);
  throw new Error(
    `${problem?.what ?? 'A history fails'} (seed ${details.seed}, found after ${details.numRuns}).\n\n` +
      `What happened:\n${problem?.timeline ?? ''}\n\nAs a test:\n\n${asTest(options, history, problem?.calm)}`,
    { cause: problem?.cause },
  );
}

const SHRINKING_MS = 2_000;

function historyOf({ acts, apart = days(3), most = 10 }: HistoryOptions): fc.Arbitrary<History> {
  const longest = elapsed(apart);
  const distance = fc.oneof(
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 1_000 }) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: Math.floor(longest / 1_000) }).map((s) => s * 1_000) },
  );
  const step = fc.record({
    act: fc.constantFrom(...acts),
    after: distance,
    late: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: distance }),
    twice: fc.boolean(),
  });
  return fc.record({
    steps: fc.array(step, { maxLength: most }),
    rest: fc.constant(longest),
    mishaps: fc.nat({ max: 1_000_000 }),
  });
}

interface Problem {
  readonly what: string;
  readonly timeline: string;
  /** Where it is that it differs from a calm day: what happens then. */
  readonly calm?: string;
  readonly cause?: unknown;
}

async function problemOf(options: HistoryOptions, history: History): Promise<Problem | undefined> {
  const calm = { ...history, mishaps: 0, steps: history.steps.map((step) => ({ ...step, twice: false })) };
  let shown: TestCustomer | undefined;
  try {
    const customer = await live(options, history, (one) => (shown = one));
    const broken = brokenInvariant(customer, options.invariants ?? {});
    if (broken) return { ...broken, timeline: timelineText(customer.timeline()) };
    const quiet = await live(options, calm, () => {});
    const [here, there] = [whatCameOf(customer.timeline()), whatCameOf(quiet.timeline())];
    if (here === there) return undefined;
    const timeline = `${here}\n\nand without workers that die and events that come twice:\n${there}`;
    return { what: 'What befell the workers, or what came twice, made a difference', timeline, calm: there };
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    return { what, timeline: shown ? timelineText(shown.timeline()) : '', cause };
  }
}

async function live(
  options: HistoryOptions,
  history: History,
  begun: (customer: TestCustomer) => void,
): Promise<TestCustomer> {
  const { catalog, journeys, at, codes } = options;
  const t = testJourneys({
    catalog,
    journeys,
    ...(at && { at }),
    ...(codes && { codes }),
    ...(history.mishaps > 0 && { mishaps: mishaps(history.mishaps) }),
  });
  const customer = await t.customer('customer', options.customer);
  begun(customer);
  for (const [index, { act, after, late, twice }] of history.steps.entries()) {
    const instant = new Date(Date.parse(t.now) + after);
    await t.arriveAt(instant.toISOString());
    const timestamp = new Date(instant.getTime() - late).toISOString();
    if ('texts' in act) customer.texts(act.texts);
    else if ('traits' in act) await customer.is(act.traits);
    else {
      const details = { messageId: `act ${index}`, ...(late > 0 && { timestamp }) };
      await customer.does(act.event, (act.properties ?? {}) as never, details);
      if (twice) await customer.does(act.event, (act.properties ?? {}) as never, details);
    }
  }
  await t.moveTo(new Date(Date.parse(t.now) + history.rest).toISOString());
  return customer;
}
