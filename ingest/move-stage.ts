import { pass, type StageMove } from '../rules/lifecycle/stages';
import type { Batch } from './batch';
import type { Customer } from './customer';
import { endOutsideStage, endRun } from './end-run';
import type { Track } from './happening';
import { knownEvents } from './known-events';

/**
 * Records a move that the customer's stage has made, ends the runs that it ends, and stores it as an event of its own,
 * which is answered: it may still start runs and wake others. `cause` is the message that did it; null when time did.
 */
export function moveStage(batch: Batch, customer: Customer, move: StageMove, cause: string | null): Track {
  const { from, to, at } = move;
  customer.changed = 'wholly';
  const event: Track = {
    mark: batch.writes.mark(),
    messageId: `stage/${customer.profileId}/${to}/${at.toISOString()}`,
    type: 'track',
    name: knownEvents.stageChanged,
    properties: { from, to },
    context: null,
    eventVersion: null,
    source: 'jornada',
    timestamp: at,
    receivedAt: batch.now,
    originalTimestamp: null,
    sentAt: null,
  };
  batch.writes.stageChanges.push({ mark: batch.writes.mark(), customer, at, from, to });
  batch.writes.events.push({ customer, happening: event });
  endOutsideStage(batch, customer, { at, messageId: cause });
  for (const run of customer.runs) {
    const exit = batch.deps.routes.policyOf(run)?.exit;
    if (run.status !== 'open' || !exit || !('stage' in exit) || exit.stage !== to) continue;
    endRun(batch, customer, run, { status: 'exited', reason: 'exit_stage', at, messageId: cause });
  }
  return event;
}

/** Makes the moves of the stage that time alone has made by `until`, and answers each. */
export function* passTime(batch: Batch, customer: Customer, until: Date): Generator<Track> {
  for (;;) {
    const { state, move } = pass(customer.stages, until);
    if (!move) return;
    customer.stages = state;
    yield moveStage(batch, customer, move, null);
  }
}
