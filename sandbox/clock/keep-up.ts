import { clockNow } from '../../store/clock';
import type { AdvanceParts } from './advance';
import { inParallel } from './in-parallel';

/** How far ahead runs are looked for, in milliseconds. */
const aheadMs = 60_000;

/**
 * Every run sleeps on a clock of its own, which stands still when ours is moved. Those that wake soon are brought up
 * to ours, never past it, so that they wake by themselves while it ticks.
 */
export async function keepUp({ db, sleepers, skipping, signal }: AdvanceParts): Promise<void> {
  if (signal.aborted) return;
  const now = (await clockNow(db)).getTime();
  await inParallel(sleepers.wakingBy(now + aheadMs), 16, async ({ workflowId, wakeAt, clockOffsetMs }) => {
    // Nor past the run's own timer, which then fires by itself.
    const there = await skipping.forward(workflowId, Math.min(now, wakeAt) - clockOffsetMs);
    if (there === 'over') await sleepers.forget(workflowId);
  });
}
