import type { Queryable } from '../store/database';
import { insertEnrollmentChanges } from '../store/enrollment-changes';
import { insertEnrollments, updateEnrollments } from '../store/enrollments';
import { insertEvents } from '../store/events';
import { insertGoalOutcomes } from '../store/goal-outcomes';
import { deleteIdentifiers, insertIdentifiers, moveIdentifiers } from '../store/identifiers';
import { insertIdentityChanges } from '../store/identity-changes';
import { redeemOffers } from '../store/offer-redemptions';
import { insertOutbox } from '../store/outbox';
import { ensurePartition } from '../store/partitions';
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

/** Writes what the batch came to, set by set. Throws {@link IdentitiesChanged} when another was quicker. */
export async function writeBatch(tx: Queryable, batch: Batch, ownership: Ownership): Promise<void> {
  const { writes, now } = batch;
  await ensurePartition(tx, 'events', now);
  await writeProfiles(tx, batch, ownership);
  writes.number(await nextSeqs(tx, writes.markCount));
  await insertEvents(
    tx,
    writes.events.map(({ customer, happening: { mark, ...event } }) => ({
      seq: mark.seq,
      profileId: profileIdOf(customer),
      ...event,
    })),
    now,
  );
  await insertIdentityChanges(tx, writes.identityChanges.map(numbered));
  await writeConsent(tx, batch);
  await insertStageChanges(tx, writes.stageChanges.map(numbered));
  await insertEnrollments(tx, entered(batch));
  await insertEnrollmentChanges(tx, writes.enrollmentChanges.map(numbered));
  await insertGoalOutcomes(tx, writes.goals.map(goalOutcome));
  await redeemOffers(
    tx,
    writes.redemptions.map(({ customer, ...redemption }) => ({
      profileId: profileIdOf(customer),
      ...redemption,
    })),
  );
  await insertOutbox(
    tx,
    writes.outbox
      // A run that ended in the transaction it entered in has nothing to do.
      .filter(({ run }) => !run.isNew || run.status === 'open')
      .map(({ customer, run, kind, payload }) => ({
        profileId: profileIdOf(customer),
        enrollmentId: run.enrollmentId,
        kind,
        payload: payload(),
      })),
  );
}

/** Profiles, whose they were, and what is theirs: all else refers to them. */
async function writeProfiles(tx: Queryable, batch: Batch, ownership: Ownership): Promise<void> {
  const customers = [...batch.all()].filter(({ becomes }) => becomes === null);
  await insertProfiles(tx, customers.filter(({ isNew }) => isNew).map(rowOf));
  // The new ones first: who waits for one of them must not hold what others are waiting for.
  if (!(await insertIdentifiers(tx, ownership.attached, batch.now))) throw new IdentitiesChanged();
  await moveIdentifiers(tx, ownership.moved, batch.now);
  await deleteIdentifiers(tx, ownership.released);
  // Before profiles become one: of two open runs of a journey and key one has ended.
  await updateEnrollments(tx, changedRuns(customers));
  await repointProfiles(tx, storedMerges(batch));
  const stored = customers.filter(({ isNew }) => !isNew);
  await updateProfiles(tx, stored.filter(({ changed }) => changed === 'wholly').map(rowOf));
  await updateActivity(tx, stored.filter((one) => one.changed === 'lightly' && lagsBehind(one)).map(rowOf));
}

async function writeConsent(tx: Queryable, batch: Batch): Promise<void> {
  await deleteSubscriptionsOf(
    tx,
    storedMerges(batch).map(({ from }) => from),
  );
  const changed = [...batch.all()]
    .filter(({ becomes }) => becomes === null)
    .flatMap(({ profileId, subscriptions }) =>
      subscriptions
        .filter((one) => one.changed)
        .map(({ changed: _changed, ...subscription }) => ({ profileId, ...subscription })),
    );
  await upsertSubscriptions(tx, changed);
  await insertConsentChanges(tx, batch.writes.consentChanges.map(numbered));
}

function storedMerges({ writes }: Batch): { from: string; to: string }[] {
  return writes.merges
    .filter(({ from }) => !from.isNew)
    .map(({ from, to }) => ({ from: from.profileId, to: profileIdOf(to) }));
}

function changedRuns(customers: readonly Customer[]): Run[] {
  return customers.flatMap(({ runs }) => runs.filter((run) => run.changed && !run.isNew));
}

function entered(batch: Batch) {
  return [...batch.all()]
    .filter(({ becomes }) => becomes === null)
    .flatMap(({ profileId, runs }) =>
      runs
        .filter((run) => run.isNew)
        .map(({ isNew: _new, changed: _changed, zone: _zone, ...run }) => ({ profileId, ...run })),
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
