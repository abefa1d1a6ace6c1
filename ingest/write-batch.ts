import type { Queryable } from '../store/database';
import { assignCodes, noteExhausted } from '../store/codes';
import { cancelHeldSends } from '../store/decisions';
import { insertEnrollmentChanges } from '../store/enrollment-changes';
import { insertEnrollments, updateEnrollments } from '../store/enrollments';
import { insertEvents } from '../store/events';
import { insertGoalOutcomes } from '../store/goal-outcomes';
import { deleteIdentifiers, insertIdentifiers, moveIdentifiers } from '../store/identifiers';
import { insertIdentityChanges } from '../store/identity-changes';
import { redeemOffers } from '../store/offer-redemptions';
import { insertOutbox, type NewOutboxRow } from '../store/outbox';
import { ensurePartition } from '../store/partitions';
import { overruleLocks } from '../store/locks';
import { repointProfiles } from '../store/profile-merges';
import { insertProfiles, updateActivity, updateProfiles } from '../store/profiles';
import { insertStageChanges } from '../store/stage-changes';
import { deleteSubscriptionsOf, insertConsentChanges, upsertSubscriptions } from '../store/subscriptions';
import { nextSeqs } from '../store/timeline-seq';
import type { Batch } from './batch';
import { type Customer, lagsBehind, rowOf, type Run, survivorOf } from './customer';
import { IdentitiesChanged } from './errors';
import type { Ownership } from './identity-plan';
import type { Marked } from './writes';

/**
 * Writes what the batch came to, set by set: all statements go out together, and are carried out in this order. Throws
 * {@link IdentitiesChanged} when another was quicker.
 */
export async function writeBatch(tx: Queryable, batch: Batch, ownership: Ownership): Promise<void> {
  const { writes, now } = batch;
  await ensurePartition(tx, 'events', now);
  writes.number(await seqsOf(tx, batch));
  await Promise.all([...profileWrites(tx, batch, ownership), ...recordWrites(tx, batch)]);
}

/** Those taken in advance, and in the rare batch to which more happened, higher ones behind them. */
async function seqsOf(tx: Queryable, { seqs, writes }: Batch): Promise<readonly number[]> {
  const missing = writes.markCount - seqs.length;
  return missing > 0 ? [...seqs, ...(await nextSeqs(tx, missing))] : seqs;
}

/** Profiles, whose they were, and what is theirs: all else refers to them. */
function profileWrites(tx: Queryable, batch: Batch, ownership: Ownership): Promise<void>[] {
  const customers = [...batch.all()].filter(({ becomes }) => becomes === null);
  const stored = customers.filter(({ isNew }) => !isNew);
  return [
    insertProfiles(tx, customers.filter(({ isNew }) => isNew).map(rowOf)),
    // The new ones first: who waits for one of them must not hold what others are waiting for.
    attach(tx, ownership, batch.now),
    moveIdentifiers(tx, ownership.moved, batch.now),
    deleteIdentifiers(tx, ownership.released),
    // Before profiles become one: of two open runs of a journey and key one has ended.
    updateEnrollments(tx, changedRuns(customers)),
    overruleLocks(tx, batch.writes.overruled, batch.now),
    repointProfiles(tx, storedMerges(batch)),
    updateProfiles(tx, stored.filter(({ changed }) => changed === 'wholly').map(rowOf)),
    updateActivity(tx, stored.filter((one) => one.changed === 'lightly' && lagsBehind(one)).map(rowOf)),
  ];
}

async function attach(tx: Queryable, { attached }: Ownership, at: Date): Promise<void> {
  if (!(await insertIdentifiers(tx, attached, at))) throw new IdentitiesChanged();
}

/** What happened, and what follows from it. */
function recordWrites(tx: Queryable, batch: Batch): Promise<void>[] {
  const { writes, now } = batch;
  const events = writes.events.map(({ customer, happening: { mark, ...event } }) => ({
    seq: mark.seq,
    profileId: profileIdOf(customer),
    ...event,
  }));
  const redemptions = writes.redemptions.map(({ customer, ...redemption }) => ({
    profileId: profileIdOf(customer),
    ...redemption,
  }));
  return [
    insertEvents(tx, events, now),
    insertIdentityChanges(tx, writes.identityChanges.map(numbered)),
    ...consentWrites(tx, batch),
    insertStageChanges(tx, writes.stageChanges.map(numbered)),
    insertEnrollments(tx, entered(batch)),
    assignCodes(tx, codesTaken(batch)),
    noteExhausted(tx, [...writes.exhausted], now),
    insertEnrollmentChanges(tx, writes.enrollmentChanges.map(numbered)),
    cancelHeldSends(tx, endedWhileHeld(batch), now),
    insertGoalOutcomes(tx, writes.goals.map(goalOutcome)),
    redeemOffers(tx, redemptions),
    insertOutbox(tx, told(batch)),
  ];
}

function consentWrites(tx: Queryable, batch: Batch): Promise<void>[] {
  const changed = [...batch.all()]
    .filter(({ becomes }) => becomes === null)
    .flatMap(({ profileId, subscriptions }) =>
      subscriptions
        .filter((one) => one.changed)
        .map(({ changed: _changed, ...subscription }) => ({ profileId, ...subscription })),
    );
  return [
    deleteSubscriptionsOf(
      tx,
      storedMerges(batch).map(({ from }) => from),
    ),
    upsertSubscriptions(tx, changed),
    insertConsentChanges(tx, batch.writes.consentChanges.map(numbered)),
  ];
}

function told({ writes }: Batch): NewOutboxRow[] {
  return (
    writes.outbox
      // A run that ended in the transaction it entered in has nothing to do.
      .filter(({ run }) => !run.isNew || run.status === 'open')
      .map(({ customer, run, kind, payload }) => ({
        profileId: profileIdOf(customer),
        enrollmentId: run.enrollmentId,
        kind,
        payload: payload(),
      }))
  );
}

function storedMerges({ writes }: Batch): { from: string; to: string }[] {
  return writes.merges
    .filter(({ from }) => !from.isNew)
    .map(({ from, to }) => ({ from: from.profileId, to: profileIdOf(to) }));
}

function changedRuns(customers: readonly Customer[]): Run[] {
  return customers.flatMap(({ runs }) => runs.filter((run) => run.changed && !run.isNew));
}

function endedWhileHeld(batch: Batch): Run[] {
  return changedRuns([...batch.all()].filter(({ becomes }) => becomes === null)).filter(
    ({ status, heldUntil }) => status !== 'open' && heldUntil !== null && heldUntil > batch.now,
  );
}

function entered(batch: Batch) {
  return [...batch.all()]
    .filter(({ becomes }) => becomes === null)
    .flatMap(({ profileId, runs }) =>
      runs
        .filter((run) => run.isNew)
        .map(({ isNew: _new, changed: _changed, zone: _zone, code: _code, ...run }) => ({
          profileId,
          ...run,
        })),
    );
}

/** A run that ended in the transaction it entered in leaves its code where it was. */
function codesTaken(batch: Batch): { code: string; enrollmentId: string }[] {
  return [...batch.all()]
    .filter(({ becomes }) => becomes === null)
    .flatMap(({ runs }) =>
      runs.flatMap(({ isNew, status, code, enrollmentId }) =>
        isNew && status === 'open' && code !== null ? [{ code: code.code, enrollmentId }] : [],
      ),
    );
}

function goalOutcome({ mark, customer, run, event, at }: Batch['writes']['goals'][number]) {
  const { enrollmentId, journey } = run;
  const { name, messageId, timestamp } = event;
  const value = { event: name, messageId, timestamp };
  return { seq: mark.seq, profileId: profileIdOf(customer), enrollmentId, journey, value, at };
}

function numbered<Row>({ mark, customer, ...row }: Marked<Row>) {
  return { seq: mark.seq, profileId: profileIdOf(customer), ...row };
}

function profileIdOf(customer: Customer): string {
  return survivorOf(customer).profileId;
}
