import { elapsed } from '../../catalog/duration';
import type { CodedOfferName, EventName } from '../../catalog/types';
import type { StepKey } from './contract';
import type { Enrollment, StepOptions } from './enrollment';
import { JourneyMistake } from './errors';
import { asText, type Taken, type Wanted } from './inbox';
import type {
  Choice,
  FirstArrived,
  GrantedOffer,
  GrantOptions,
  JourneyEvent,
  JourneyRun,
  PointOptions,
  Profile,
  SendOptions,
  SendResult,
  TimedOut,
  UntilAnswer,
  WaitForOptions,
  WaitOptions,
} from './journey-run';
import { send } from './sends';
import { instantOf } from './targets';
import { type Call, inSoLong, waitForEvent, waitUntil } from './waits';
import { eitherOf } from './words';

type AnyRun = JourneyRun<EventName, EventName, CodedOfferName>;

/** `j` of one run: every call a step. */
export function stepsOf(run: Enrollment, listens: readonly string[]): AnyRun {
  const { activities } = run;
  const { enrollmentId, trigger } = run.input;
  const occurrences = new Map<string, number>();

  /** Names an effect for ever: a step reached again is another occurrence. */
  function keyOf(kind: string, step: string): StepKey {
    const occurrence = (occurrences.get(`${kind} ${step}`) ?? 0) + 1;
    occurrences.set(`${kind} ${step}`, occurrence);
    return { enrollmentId, step, occurrence };
  }

  function step<T>(name: string, work: (call: Call) => Promise<T>, more?: StepOptions<T>): Promise<T> {
    return run.step(name, (number, from) => work({ run, step: number, from }), more);
  }

  /** A step that is not to be made up for by a run that comes from another version and has it behind it. */
  function pointOf<T>({ name }: PointOptions, passed: T): StepOptions<T> {
    return { passed: { result: passed }, ...(name !== undefined && { point: name }) };
  }

  function firstOf<T>(
    wanted: readonly Wanted[],
    options: WaitOptions,
    answer: (taken: Taken) => T,
  ): Promise<T | TimedOut> {
    return step(
      `wait for ${eitherOf(wanted.map(({ event }) => event))}`,
      (call) => waitForEvent(call, wanted, options, listens, answer),
      pointOf<T | TimedOut>(options, { ok: false, reason: 'timeout' }),
    );
  }

  return Object.assign(new Now(run), {
    trigger: trigger as JourneyEvent<EventName>,
    send(message, data?: object, options: SendOptions = {}) {
      const key = keyOf('send', options.step ?? message);
      const deadline = options.deadline ?? endOfOffer(data);
      return step<SendResult>(
        `send ${key.step}`,
        () =>
          send(run, {
            message,
            data: { ...data },
            ...(deadline !== undefined && { deadline: instantOf(deadline) }),
            ...key,
          }),
        { passed: { result: { status: 'suppressed', reason: 'expired' } } },
      );
    },
    grantOffer<O extends string>(offer: O, options: GrantOptions) {
      const key = keyOf('offer', options.step ?? offer);
      return step(`offer ${key.step}`, async ({ from }) => {
        const expiresAt = from + elapsed(options.expiresIn);
        const granted = await activities.call('grantOffer', `grant ${offer}`, { offer, expiresAt, ...key });
        return 'status' in granted ? run.stop() : (granted as GrantedOffer<O>);
      });
    },
    waitFor<N extends EventName>(event: N, options: WaitForOptions<N>) {
      return firstOf([wantedOf(event, options.where)], options, (taken) => ({
        ok: true,
        event: taken.event as JourneyEvent<N>,
      }));
    },
    waitForAny<A extends { readonly [name: string]: Choice<EventName> }>(choices: A, options: WaitOptions) {
      const names = Object.keys(choices);
      const wanted = Object.values<Choice<EventName>>(choices).map((choice) =>
        typeof choice === 'string' ? wantedOf(choice) : wantedOf(choice.event, choice.where),
      );
      return firstOf(
        wanted,
        options,
        ({ index, event }) => ({ ok: true, winner: names[index], event }) as FirstArrived<A>,
      );
    },
    wait: (duration, options = {}) =>
      step(
        named('wait', options),
        (call) => waitUntil(call, inSoLong(call.from, duration)).then(() => {}),
        pointOf(options, undefined),
      ),
    until: (target, options = {}) =>
      step(
        named('until', options),
        (call) => waitUntil(call, target),
        pointOf<UntilAnswer>(options, { ok: true }),
      ),
    profile: () =>
      // Its traits have been judged by what they are declared as.
      step('profile', () => activities.call('profile', 'the customer', { enrollmentId }) as Promise<Profile>),
    tunables: <T extends object>(values: T) =>
      // What comes back is what went in, the first time.
      step('tunables', () => activities.call('tunables', 'what may be tuned', { values }) as Promise<T>),
    experiment: <A extends string>(subject: string, split: { readonly [arm in A]: number }) =>
      step(`experiment ${subject}`, async () => {
        const request = { enrollmentId, subject, split: checked(subject, split) };
        const answer = await activities.call('experiment', `the arm of ${subject}`, request);
        return 'status' in answer ? run.stop() : (answer.arm as A);
      }),
    outcome: (outcome, value) =>
      step(
        `outcome ${outcome}`,
        ({ from }) =>
          activities.call('recordOutcome', `outcome ${outcome}`, { enrollmentId, outcome, value, at: from }),
        { passed: { result: undefined } },
      ),
  } satisfies Omit<AnyRun, 'now'>);
}

/** In a literal, a getter makes a hidden class of its own for each run, by which runs that are over stay in memory for long. */
class Now {
  readonly #run: Enrollment;

  constructor(run: Enrollment) {
    this.#run = run;
  }

  get now(): number {
    return this.#run.now;
  }
}

const named = (kind: string, { name }: PointOptions) => (name === undefined ? kind : `${kind} ${name}`);

function checked<S extends { readonly [arm: string]: number }>(subject: string, split: S): S {
  const shares: number[] = Object.values(split);
  const sum = shares.reduce((total, share) => total + share, 0);
  if (shares.length > 1 && shares.every((share) => share >= 0) && Math.abs(sum - 100) < 0.005) return split;
  throw new JourneyMistake(
    'JOURNEY_BAD_SPLIT',
    `The arms of '${subject}' must be at least two, together 100.`,
  );
}

function wantedOf(event: string, where: { readonly [property: string]: unknown } = {}): Wanted {
  return {
    event,
    where: Object.fromEntries(Object.entries(where).map(([property, value]) => [property, asText(value)])),
  };
}

/** When the offer in a message's data expires, if there is one. */
function endOfOffer(data: object | undefined): string | undefined {
  const offer = data && 'offer' in data ? data.offer : undefined;
  if (typeof offer !== 'object' || offer === null || !('expiresAt' in offer)) return undefined;
  return typeof offer.expiresAt === 'string' ? offer.expiresAt : undefined;
}
