import { isExit, isGoal, type EndingEvent } from '../rules/entry/endings';
import type { Delivery } from '../workflows/runtime/contract';
import type { Batch } from './batch';
import { type Customer, type Run, runKey } from './customer';

export interface RunEnding {
  readonly status: 'exited' | 'converted' | 'merged';
  readonly reason: string;
  readonly at: Date;
  /** The event that did it; null when time did. */
  readonly messageId: string | null;
}

/** Ends an open run: it is over for everybody at once, and its workflow is told. */
export function endRun(batch: Batch, customer: Customer, run: Run, ending: RunEnding): void {
  const { status, reason, messageId } = ending;
  // What is learned late may have been due before the run was entered.
  const at = ending.at < run.enteredAt ? run.enteredAt : ending.at;
  run.status = status;
  run.reason = reason;
  run.endedAt = at;
  run.changed = true;
  const key = runKey(run.journey, run.key);
  const last = customer.lastEnds.get(key);
  if (last === undefined || last < at) customer.lastEnds.set(key, at);
  const { enrollmentId, journey, version } = run;
  const mark = batch.writes.mark();
  batch.writes.enrollmentChanges.push({
    mark,
    customer,
    enrollmentId,
    at,
    journey,
    version,
    key: run.key,
    status,
    reason,
    messageId,
  });
  const end: Delivery = { kind: 'end', end: { status, reason } };
  batch.writes.outbox.push({ customer, run, kind: 'end', payload: () => end });
}

/** Ends the run if the event is its exit or goal; a goal in its window is counted also when the run is over. */
export function countEnding(batch: Batch, customer: Customer, run: Run, event: EndingEvent): void {
  const policy = batch.deps.routes.policyOf(run);
  if (!policy || run.status === 'merged') return;
  const { messageId } = event;
  if (isExit(policy.exit, run, event)) {
    if (run.status === 'converted') unsayConverted(batch, run);
    if (run.status === 'open') {
      endRun(batch, customer, run, { status: 'exited', reason: 'exit_event', at: batch.now, messageId });
    }
  }
  if (run.goalAt !== null || !isGoal(policy.goal, run, event)) return;
  run.goalAt = event.timestamp;
  run.changed = true;
  batch.writes.goals.push({ mark: batch.writes.mark(), customer, run, event, at: batch.now });
  if (run.status === 'open') {
    endRun(batch, customer, run, { status: 'converted', reason: 'goal', at: batch.now, messageId });
  }
}

/**
 * What comes in one batch comes in one instant, in which an exit goes before a goal: a run that this batch has ended by its
 * goal is open for the exit again. The goal stays counted.
 */
function unsayConverted({ writes }: Batch, run: Run): void {
  const isEnd = (row: { readonly enrollmentId: string | null; readonly status: string }) =>
    row.enrollmentId === run.enrollmentId && row.status === 'converted';
  const said = writes.enrollmentChanges.findIndex(isEnd);
  if (said < 0) return;
  writes.enrollmentChanges.splice(said, 1);
  writes.outbox.splice(
    writes.outbox.findLastIndex((row) => row.run === run && row.kind === 'end'),
    1,
  );
  run.status = 'open';
}

/**
 * Ends open runs that belong to a stage the customer is not in. One that has a send held back beyond now ends when it
 * asks for that again, and is refused.
 */
export function endOutsideStage(
  batch: Batch,
  customer: Customer,
  ending: Pick<RunEnding, 'at' | 'messageId'>,
): void {
  for (const run of customer.runs) {
    const during = batch.deps.routes.policyOf(run)?.during;
    if (run.status !== 'open' || during === undefined || during === customer.stages.stage) continue;
    if (run.heldUntil !== null && run.heldUntil > batch.now) continue;
    endRun(batch, customer, run, { status: 'exited', reason: 'stage_ended', ...ending });
  }
}
