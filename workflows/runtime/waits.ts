import type { Duration } from '../../catalog/duration';
import type { JourneyActivities, LocalTarget, RunEvent } from './contract';
import type { Enrollment } from './enrollment';
import { type Taken, textsOf, type Wanted } from './inbox';
import type { TimedOut, UntilAnswer, WaitOptions } from './journey-run';
import { checkDuration, type Target } from './targets';
import { eitherOf, targetWords } from './words';

/** One call of a wait: where it stands in the run and when, by the journey's now, it was reached. */
export interface Call {
  readonly run: Enrollment;
  readonly step: number;
  readonly from: number;
}

export async function waitUntil(call: Call, target: Target): Promise<UntilAnswer> {
  const { run } = call;
  let at = await resolve(call, target);
  if (at.due < call.from) return { ok: false, reason: 'past' };
  const look = () => moved(run, at);
  while ((await run.rest({ wakeAt: at.due, what: 'waiting', look })) === 'found') {
    at = await resolve(call, target);
  }
  run.reach(at.due);
  return { ok: true };
}

/** The first event that any of the wanted takes, as `answer` puts it. */
export async function waitForEvent<T>(
  call: Call,
  wanted: readonly Wanted[],
  { timeout, lookback }: WaitOptions,
  listens: readonly string[],
  answer: (taken: Taken) => T,
): Promise<T | TimedOut> {
  const { run, from } = call;
  const target = inSoLong(from, timeout);
  let at = await resolve(call, target);
  let taken = await fromRecord(call, wanted, at.due, lookback);
  const look = () => (taken ??= run.inbox.take(wanted, at.due)) !== undefined || moved(run, at);
  const what = `waiting for ${eitherOf(wanted.map(({ event }) => event))}`;
  while ((await run.rest({ wakeAt: at.due, what, wants: wanted, look })) === 'found' && !taken) {
    at = await resolve(call, target);
  }
  taken ??= await lastLook(run, wanted, listens, at.due);
  if (taken) {
    // Arrived before the journey got here, it does not turn the now back.
    run.now = Math.max(run.now, taken.event.receivedAt);
    return answer(taken);
  }
  // A look without waiting leaves the now where it is, however late the run.
  if (at.due > from) run.reach(at.due);
  return { ok: false, reason: 'timeout' };
}

export function inSoLong(from: number, duration: Duration): Target {
  checkDuration(duration);
  return duration.days
    ? { kind: 'after', from, days: duration.days }
    : { kind: 'instant', at: from + (duration.ms ?? 0) };
}

interface Due {
  readonly due: number;
  /** Whether it moves with the customer, and the changes of zone it is good for. */
  readonly local: boolean;
  readonly changes: number;
}

const moved = (run: Enrollment, at: Due): boolean => at.local && run.zoneChanges !== at.changes;

async function resolve({ run, step, from }: Call, target: Target): Promise<Due> {
  const changes = run.zoneChanges;
  if (target.kind === 'instant') return { due: target.at, local: false, changes };
  const startedIn = run.waitZones.get(step);
  const { at, zone } = await resolveTime(
    run,
    target.kind === 'next' ? { from, ...target } : target,
    startedIn,
  );
  if (startedIn === undefined) run.waitZones.set(step, zone);
  return { due: at, local: true, changes };
}

async function resolveTime(run: Enrollment, target: LocalTarget, startedIn?: string) {
  const answer = await run.activities.call(
    'resolveTime',
    `when it is ${targetWords(target)} for the customer`,
    {
      enrollmentId: run.input.enrollmentId,
      target,
      ...(startedIn === undefined ? {} : { startedIn }),
    },
  );
  run.zone = answer.zone;
  return answer;
}

/** What is stored from before: by lookback, and what the inbox had no room for. */
async function fromRecord(
  call: Call,
  wanted: readonly Wanted[],
  due: number,
  lookback?: Duration,
): Promise<Taken | undefined> {
  const { run, from } = call;
  if (lookback) {
    const since = await lookbackStart(run, from, lookback);
    const stored = await ask(run, wanted, { since, receivedUntil: from });
    const taken = run.inbox.takeFrom(stored, wanted, from);
    if (taken) return taken;
  }
  if (run.inbox.forgottenSeq === 0) return undefined;
  const stored = await ask(run, wanted, { afterSeq: run.input.trigger.seq, receivedUntil: due });
  return run.inbox.takeFrom(stored, wanted, due);
}

async function lookbackStart(run: Enrollment, from: number, lookback: Duration): Promise<number> {
  checkDuration(lookback);
  if (lookback.days === undefined) return from - lookback.ms;
  return (await resolveTime(run, { kind: 'before', from, days: lookback.days })).at;
}

/** A signal may be late where the event was not: the record knows what arrived by the due instant. */
async function lastLook(run: Enrollment, wanted: readonly Wanted[], listens: readonly string[], due: number) {
  const stored = await askFor(run, { names: listens, afterSeq: run.inbox.seenSeq, receivedUntil: due });
  for (const event of stored) run.inbox.receive(event);
  return run.inbox.take(wanted, due);
}

function ask(
  run: Enrollment,
  wanted: readonly Wanted[],
  span: { since?: number; afterSeq?: number; receivedUntil: number },
) {
  const names = [...new Set(wanted.map(({ event }) => event))];
  const [only] = wanted;
  // Of one event asked for by its properties, only the ones that fit need come into the history.
  return askFor(run, {
    names,
    ...(only && wanted.length === 1 ? { where: textsOf(only.where) } : {}),
    ...span,
  });
}

function askFor(
  run: Enrollment,
  request: Omit<Parameters<JourneyActivities['eventsSince']>[0], 'enrollmentId'>,
): Promise<readonly RunEvent[]> {
  return run.activities.call('eventsSince', `what is known of ${eitherOf(request.names)}`, {
    enrollmentId: run.input.enrollmentId,
    ...request,
  });
}
