import { act } from '../rules/lifecycle/stages';
import { type Needed, takeStock } from '../store/codes';
import type { Queryable } from '../store/database';
import {
  type EnrollmentRow,
  findGoalPending,
  findLastEnds,
  findOpenEnrollments,
  type RunKey,
} from '../store/enrollments';
import {
  type ArrivedTrack,
  findArrivedTracks,
  findLastActivities,
  findTracks,
  type LastActivity,
  type StoredTrack,
} from '../store/events';
import { findIdentifiersOf, type IdentifierRow } from '../store/identifiers';
import { type Arrival, readArrival } from '../store/holds';
import { newId } from '../store/ids';
import { findLocks } from '../store/locks';
import type { ProfileRow } from '../store/profiles';
import { findStopped, findSubscriptions } from '../store/subscriptions';
import { nextSeqs } from '../store/timeline-seq';
import { Batch } from './batch';
import { type Customer, runKey, storedCustomer } from './customer';
import type { JourneyDefinition, Prepared } from './deps';
import { endingNamesOf } from './routes';
import { CodesInHand } from './stock';

/** What the transaction is about to do with the stored profiles: what of them it has to know. */
export interface Needs {
  /** Journeys that may be entered, with the key and the earliest trigger. */
  readonly entries: readonly (Omit<RunKey, 'journey'> & {
    readonly journey: JourneyDefinition;
    readonly since: Date;
  })[];
  /** Goals that may be reached, by journey. */
  readonly goals: readonly { readonly profileId: string; readonly journey: string; readonly since: Date }[];
  /** Profiles that turn out to be one person with another. */
  readonly merging: readonly string[];
  /** Profiles whose consent may change. */
  readonly consent: readonly string[];
  /** Profiles whose stage time may have moved. */
  readonly elapsed: readonly string[];
  /** Addresses that may be subscribed. */
  readonly addresses: readonly { readonly channel: string; readonly key: string }[];
  /** Unique codes that entries may take, of those that were back in the pool by then. */
  readonly codes: { readonly needed: readonly Needed[]; readonly returnedBy: Date };
}

/** What entries into one journey may have to know, and nothing else. */
export function needsOfEntries(
  { policy: { codes: offer } }: JourneyDefinition,
  entries: Needs['entries'],
  returnedBy: Date,
): Needs {
  const needed = offer === undefined ? [] : [{ offer, most: entries.length }];
  return {
    entries,
    goals: [],
    merging: [],
    consent: [],
    elapsed: [],
    addresses: [],
    codes: { needed, returnedBy },
  };
}

/** What is read of locked profiles before anything is decided. */
export interface Stored extends Arrival {
  readonly profiles: readonly ProfileRow[];
  readonly identifiers: readonly IdentifierRow[];
  readonly openRuns: readonly EnrollmentRow[];
  /** Places in the order of what happened, taken under the locks. */
  readonly seqs: readonly number[];
}

/**
 * Under the locks: whose an identifier is can change only by who holds the lock of its profile. One that none of them
 * has is nobody's, or about to be found somebody else's when it is attached.
 */
export async function readLocked(
  tx: Queryable,
  profiles: readonly ProfileRow[],
  seqCount: number,
): Promise<Stored> {
  const profileIds = profiles.map(({ profileId }) => profileId);
  const [identifiers, openRuns, arrival, seqs] = await Promise.all([
    findIdentifiersOf(tx, profileIds),
    findOpenEnrollments(tx, profileIds),
    readArrival(tx),
    nextSeqs(tx, seqCount),
  ]);
  return { profiles, identifiers, openRuns, ...arrival, seqs };
}

/** Reads what else is needed of profiles that are locked; of those of which nothing is, nothing. */
export async function loadBatch(tx: Queryable, deps: Prepared, stored: Stored, needs: Needs): Promise<Batch> {
  const { now, openRuns } = stored;
  const pending = pendingGoals(tx, deps, now, needs);
  const [stopped, goals, ends, tracks, heard, subscriptions, activities, locks, codes] = await Promise.all([
    findStopped(tx, needs.addresses),
    pending,
    findLastEnds(tx, uniqueKeys(needs)),
    endings(tx, deps, needs, openRuns, pending),
    heardBy(tx, deps, needs, openRuns),
    findSubscriptions(tx, needs.consent),
    findLastActivities(tx, lastKnown(stored.profiles, needs)),
    findLocks(tx, needs.merging),
    takeStock(tx, needs.codes.needed, needs.codes.returnedBy),
  ]);
  const batch = new Batch(deps, now, stored.paused, stopped, new CodesInHand(codes), stored.seqs, newId);
  const phones = new Map(
    stored.identifiers.filter(({ type }) => type === 'phone').map((one) => [one.profileId, one.value]),
  );
  for (const row of stored.profiles) batch.add(storedCustomer(row, phones.get(row.profileId) ?? null));
  for (const row of [...openRuns, ...goals]) addRun(batch, row);
  for (const { profileId, journey, key, endedAt } of ends) {
    batch.customer(profileId).lastEnds.set(runKey(journey, key), endedAt);
  }
  for (const { profileId, ...event } of tracks) batch.customer(profileId).endings.push(event);
  for (const { profileId, seq, ...track } of heard) {
    batch.customer(profileId).heard.push({ mark: { seq }, ...track });
  }
  for (const { profileId, ...subscription } of subscriptions) {
    batch.customer(profileId).subscriptions.push({ changed: false, ...subscription });
  }
  for (const lock of locks) batch.customer(lock.profileId).locks.push(lock);
  for (const { profileId, at } of activities) recall(batch.customer(profileId), at);
  for (const customer of batch.all()) reckonZone(batch, customer);
  return batch;
}

/** What the profiles say of those whose stage time is about to move. */
function lastKnown(profiles: readonly ProfileRow[], { elapsed }: Needs): LastActivity[] {
  if (elapsed.length === 0) return [];
  const moving = new Set(elapsed);
  return profiles.flatMap(({ profileId, lastActivityAt }) =>
    lastActivityAt !== null && moving.has(profileId) ? [{ profileId, at: lastActivityAt }] : [],
  );
}

/** What the customer really did last, of which the profile is told only so often. */
function recall(customer: Customer, at: Date): void {
  customer.stages = act(customer.stages, { timestamp: at, receivedAt: at }).state;
  customer.changed = 'wholly';
}

function addRun(batch: Batch, { profileId, ...row }: EnrollmentRow): void {
  batch.customer(profileId).runs.push({ isNew: false, changed: false, code: null, zone: '', ...row });
}

/** The zone that the customer's runs were told last is the one that follows from what is stored. */
function reckonZone(batch: Batch, customer: Customer): void {
  if (customer.runs.length === 0 && customer.stages.stage !== 'new') return;
  const zone = batch.zoneOf(customer);
  customer.stageZone = zone;
  for (const run of customer.runs) run.zone = zone;
}

/** How long after its end a goal's window is still looked into when profiles merge. */
const LOOK_BACK_MS = 30 * 86_400_000;

async function pendingGoals(
  tx: Queryable,
  deps: Prepared,
  now: Date,
  { goals, merging }: Needs,
): Promise<EnrollmentRow[]> {
  if (goals.length === 0 && merging.length === 0) return [];
  const since = goals.map((goal) => goal.since);
  if (merging.length > 0) since.push(new Date(now.getTime() - LOOK_BACK_MS));
  return findGoalPending(tx, {
    profileIds: unique([...goals.map(({ profileId }) => profileId), ...merging]),
    journeys: unique([
      ...goals.map(({ journey }) => journey),
      ...(merging.length > 0 ? deps.routes.withAnyGoal : []),
    ]),
    since: earliest(since),
  });
}

/** Stored events that may end the runs that enter, or the runs of one of two profiles that merge. */
async function endings(
  tx: Queryable,
  deps: Prepared,
  { entries, merging }: Needs,
  openRuns: readonly EnrollmentRow[],
  pending: Promise<readonly EnrollmentRow[]>,
): Promise<StoredTrack[]> {
  const ending = entries.filter(({ journey }) => endingNamesOf(journey.policy).length > 0);
  const runs = merging.length > 0 ? [...openRuns, ...(await pending)] : [];
  const merged = runs.filter(({ profileId }) => merging.includes(profileId));
  if (ending.length === 0 && merged.length === 0) return [];
  return findTracks(tx, {
    profileIds: unique([...ending.map(({ profileId }) => profileId), ...(merged.length > 0 ? merging : [])]),
    names:
      merged.length > 0
        ? [...deps.routes.endingNames]
        : unique(ending.flatMap(({ journey }) => endingNamesOf(journey.policy))),
    since: earliest([...ending.map(({ since }) => since), ...merged.map(({ triggerAt }) => triggerAt)]),
  });
}

/** Stored events that open runs of one of two profiles that merge may be waiting for. */
async function heardBy(
  tx: Queryable,
  { routes }: Prepared,
  { merging }: Needs,
  openRuns: readonly EnrollmentRow[],
): Promise<ArrivedTrack[]> {
  const waiting = openRuns.flatMap((run) => {
    const names = merging.includes(run.profileId) ? routes.policyOf(run)?.listens : undefined;
    return names && names.length > 0 ? [{ names, since: run.enteredAt }] : [];
  });
  if (waiting.length === 0) return [];
  return findArrivedTracks(tx, {
    profileIds: merging,
    names: unique(waiting.flatMap(({ names }) => names)),
    since: earliest(waiting.map(({ since }) => since)),
  });
}

function uniqueKeys({ entries }: Needs): RunKey[] {
  const keys = new Map<string, RunKey>();
  for (const { profileId, journey, key } of entries) {
    keys.set(`${profileId} ${runKey(journey.id, key)}`, { profileId, journey: journey.id, key });
  }
  return [...keys.values()];
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function earliest(dates: readonly Date[]): Date {
  return new Date(Math.min(...dates.map((date) => date.getTime())));
}
