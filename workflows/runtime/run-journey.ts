import { ActivityFailure, ApplicationFailure, CancelledFailure, TemporalFailure } from '@temporalio/common';
import { Alarm } from './alarm';
import type { RunInput, RunResult } from './contract';
import type { Enrollment } from './enrollment';
import { giveUp, JourneyMistake } from './errors';
import type { Journey } from './journey';
import { stepsOf } from './steps';

/** More than this in the arguments of a new run comes near the server's limits. */
const CARRY_LIMIT = 1_000_000;

/** Runs the journey for one enrollment, from its entry, or from where the run before left it, to its end. */
export async function runJourney(journey: Journey, run: Enrollment): Promise<RunResult> {
  const { engine, input } = run;
  const alarm = new Alarm(engine, (wakeAt) => run.ring(wakeAt));
  let flow: { failed: boolean; error?: unknown } | undefined;
  const over = (failed: boolean, error?: unknown) => {
    flow ??= { failed, error };
    run.stir();
  };
  engine.onCancel((error) => over(true, error));
  try {
    if (!run.stopped) {
      const j = stepsOf(run, journey.policy.listens ?? []);
      engine.begin(() => {
        journey.flow(j, input.trigger.properties).then(
          () => over(false),
          (error: unknown) => over(true, error),
        );
      });
      if (!run.journal.caughtUp) await run.catchUp();
    }
    // In one instant: what the record decided, awaited events in order of arrival, timers.
    for (; !run.stopped; await run.news()) {
      await moveOn(run);
      if (run.stopped) break;
      run.turn();
      if (flow?.failed) throw flow.error;
      if (flow && run.lost) throw lost(run);
      if (flow) break;
      if (run.full && run.resting) await goOn(run);
      rest(run, alarm);
    }
    await leave(run, alarm);
    return ended(run, run.end ?? (await finish(run, 'completed')));
  } catch (error) {
    return await fail(run, flow?.failed ? flow.error : error, () => leave(run, alarm));
  }
}

/** Leaves no timer behind, nor an effect under way: for that the server would wait, though the run is over. */
async function leave(run: Enrollment, alarm: Alarm): Promise<void> {
  run.stopped = true;
  alarm.clear();
  if (!run.activities.busy) return;
  run.engine.breakOff();
  await run.activities.idle();
}

/** Sets the alarm to what is due first, and says so. */
function rest(run: Enrollment, alarm: Alarm): void {
  const next = run.soonest;
  if (!next) return alarm.clear();
  alarm.set(next.wakeAt, next.wakeAt - run.clock(), () => run.words(next));
  run.announce(next);
}

/** Goes over to another version, where the run was told to and sleeps at the wait that was named. */
async function moveOn(run: Enrollment): Promise<void> {
  const move = run.takeMove();
  if (!move) return;
  const { enrollmentId, journey, version } = run.input;
  const request = { enrollmentId, journey, from: version, to: move.to };
  // The journey cannot go on meanwhile: only a turn wakes it.
  const { status } = await run.activities.call('move', `go over to version ${move.to}`, request);
  if (status === 'ended') run.stopped = true;
  if (run.stopped || status !== 'moved') return;
  await goOn(run, { version: move.to, carried: run.carryOver(move.resumeAt) });
}

function lost({ input }: Enrollment): JourneyMistake {
  return new JourneyMistake(
    'JOURNEY_DIVERGED',
    `A run that comes from another version never reaches the wait "${input.carried?.moved?.resumeAt ?? ''}" in ` +
      `${input.journey}.v${input.version}, walked through with what it has done: correct the version's migration or its flow.`,
  );
}

function ended(run: Enrollment, result: RunResult): RunResult {
  run.announceEnd('reason' in result ? `${result.status} (${result.reason})` : result.status);
  return result;
}

function finish(run: Enrollment, status: 'completed' | 'failed', reason?: string): Promise<RunResult> {
  const request = { enrollmentId: run.input.enrollmentId, status, at: run.now };
  return run.activities.call(
    'finish',
    `end ${status}`,
    reason === undefined ? request : { ...request, reason },
  );
}

/** Continues in a new history: where the limits of this one come near, or in another version. */
async function goOn(run: Enrollment, as: Partial<RunInput> = {}): Promise<never> {
  let carried = as.carried ?? run.carry();
  if (JSON.stringify(carried).length > CARRY_LIMIT) {
    run.inbox.forget();
    const { inbox, forgottenSeq } = run.carry();
    carried = { ...carried, inbox, forgottenSeq };
  }
  if (JSON.stringify(carried).length > CARRY_LIMIT) {
    throw giveUp(
      'JOURNEY_TOO_LONG',
      'The answers of its steps outgrow a history: let the run end, and enter again.',
    );
  }
  return run.engine.continueWith({ ...run.input, ...as, pending: [], carried });
}

/** A bug holds the run where it is; a failure that is final, or an operator who cancels, ends the enrollment. */
async function fail(run: Enrollment, error: unknown, leaving: () => Promise<void>): Promise<never> {
  if (!(error instanceof TemporalFailure)) throw error;
  const canceled = isCanceled(error);
  const reason = canceled ? 'canceled' : codeOf(error);
  await run.engine.shielded(async () => {
    await leaving();
    ended(run, await finish(run, 'failed', reason));
  });
  if (canceled) throw error;
  // Its own message might name a person.
  throw ApplicationFailure.create({
    type: reason,
    message: `The journey ended failed: ${reason}.`,
    nonRetryable: true,
  });
}

function isCanceled(error: unknown): boolean {
  if (error instanceof ActivityFailure) return isCanceled(error.cause);
  return error instanceof CancelledFailure;
}

function codeOf(error: TemporalFailure): string {
  const failure = error instanceof ActivityFailure ? error.cause : error;
  return (failure instanceof ApplicationFailure && failure.type) || 'failed';
}
