import { mergeSubscriptions } from '../rules/consent/merge-subscriptions';
import { mergeTraits, takeTrait } from '../rules/identity/traits';
import { mergeLocks } from '../rules/merge-locks';
import { mergeStages } from '../rules/lifecycle/stages';
import type { Batch } from './batch';
import type { Customer, Run } from './customer';
import { countEnding, endOutsideStage, endRun } from './end-run';
import { tellRun } from './tell-run';

/**
 * Makes one customer of two: `kept` takes over everything of `gone`. It starts nothing; what one of them has done may
 * end a run of the other, since an exit or goal counts whichever arrived first, and a wait of it.
 */
export function mergeCustomers(batch: Batch, kept: Customer, gone: Customer, messageId: string): void {
  batch.writes.merges.push({ from: gone, to: kept });
  gone.becomes = kept;
  kept.changed = 'wholly';
  const owner = kept.phone === null && gone.phone !== null ? gone : kept;
  const record = mergeTraits(kept.record, gone.record);
  // The trait goes with the number: the other side may have lost one of its own later than this one was given.
  kept.record = owner.phone === null ? record : takeTrait(record, 'phone', owner.record);
  kept.phone = owner.phone;
  if (gone.contextZone && (!kept.contextZone || gone.contextZone.at > kept.contextZone.at)) {
    kept.contextZone = gone.contextZone;
  }
  const stages = mergeStages(kept.stages, gone.stages);
  if (stages.registeredAt !== kept.stages.registeredAt) kept.stageZone = gone.stageZone;
  kept.stages = stages;
  mergeConsent(batch, kept, gone);
  mergeRuns(batch, kept, gone, messageId);
  mergeHolds(batch, kept, gone, messageId);
}

/** A lock that gives way takes its run with it, unless it has run out. */
function mergeHolds(batch: Batch, kept: Customer, gone: Customer, messageId: string): void {
  const { stay, overruled } = mergeLocks(kept.locks, gone.locks);
  kept.locks = stay;
  for (const { lockId, enrollmentId, until } of overruled) {
    batch.writes.overruled.push(lockId);
    const run = kept.runs.find((one) => one.enrollmentId === enrollmentId);
    if (!run || !isOpen(run) || until <= batch.now) continue;
    endRun(batch, kept, run, { status: 'merged', reason: 'merged', at: batch.now, messageId });
  }
}

function mergeRuns(batch: Batch, kept: Customer, gone: Customer, messageId: string): void {
  const [ours, theirs] = [[...kept.runs], [...gone.runs]];
  kept.runs.push(...theirs);
  for (const [key, endedAt] of gone.lastEnds) {
    const last = kept.lastEnds.get(key);
    if (last === undefined || last < endedAt) kept.lastEnds.set(key, endedAt);
  }
  for (const run of theirs) {
    const twin = ours.find(
      (one) => isOpen(one) && isOpen(run) && one.journey === run.journey && one.key === run.key,
    );
    if (!twin) continue;
    const later = enteredFirst(twin, run) ? run : twin;
    endRun(batch, kept, later, { status: 'merged', reason: 'merged', at: batch.now, messageId });
  }
  for (const run of ours) for (const event of gone.endings) countEnding(batch, kept, run, event);
  for (const run of theirs) for (const event of kept.endings) countEnding(batch, kept, run, event);
  kept.endings.push(...gone.endings);
  for (const run of ours) hear(batch, kept, run, gone.heard);
  for (const run of theirs) hear(batch, kept, run, kept.heard);
  kept.heard.push(...gone.heard);
  endOutsideStage(batch, kept, { at: batch.now, messageId });
}

/** What the other one of them has done since the run was entered arrives now, for its waits. */
function hear(batch: Batch, customer: Customer, run: Run, heard: Customer['heard']): void {
  for (const track of heard) {
    if (track.receivedAt > run.enteredAt) tellRun(batch, customer, run, track);
  }
}

function isOpen(run: Run): boolean {
  return run.status === 'open';
}

/** Of two that entered at the same instant any may stay, as long as it is always the same. */
function enteredFirst(a: Run, b: Run): boolean {
  const apart = a.enteredAt.getTime() - b.enteredAt.getTime();
  return apart === 0 ? a.enrollmentId < b.enrollmentId : apart < 0;
}

function mergeConsent(batch: Batch, kept: Customer, gone: Customer): void {
  if (gone.subscriptions.length === 0) return;
  const merged = mergeSubscriptions(kept.subscriptions, gone.subscriptions);
  kept.subscriptions = merged.map(({ was, ...subscription }) => {
    if (was !== null) {
      const { channel, key, topic, status, source, actor, wording } = subscription;
      const mark = batch.writes.mark();
      batch.writes.consentChanges.push({
        mark,
        customer: kept,
        at: batch.now,
        channel,
        key,
        topic,
        from: was,
        to: status,
        source,
        actor,
        wording,
        reason: 'merged',
      });
    }
    return { ...subscription, changed: true };
  });
}
