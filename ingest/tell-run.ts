import type { Delivery } from '../workflows/runtime/contract';
import type { Batch } from './batch';
import type { Customer, Run } from './customer';
import { type HeardTrack, runEvent } from './happening';

/** Tells an open run of an event that it listens to. */
export function tellRun(batch: Batch, customer: Customer, run: Run, track: HeardTrack): void {
  const { routes } = batch.deps;
  if (run.status !== 'open' || !routes.policyOf(run)?.listens?.some((name) => name === track.name)) return;
  tellDue(batch, run);
  batch.writes.outbox.push({
    customer,
    run,
    kind: 'event',
    payload: (): Delivery => ({ kind: 'event', event: runEvent(track, routes.definitionOf(track.name)) }),
  });
}

/** What it hears may let the run ask in this very instant: of runs that do, those that go before are waited for. */
function tellDue(batch: Batch, run: Run): void {
  if (!batch.deps.routes.policyOf(run)?.lock) return;
  run.dueAt = batch.now;
  run.changed = true;
}
