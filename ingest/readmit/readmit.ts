import { stillInside } from '../../store/audiences';
import { type Database, type Queryable, tx } from '../../store/database';
import { findHold } from '../../store/holds';
import { lockProfiles } from '../../store/profiles';
import { claimRefused, type ClaimedEntry, findRefused, type RefusedEntries } from '../../store/readmissions';
import { type JourneyDefinition, type Prepared, prepareIngest } from '../deps';
import { enter, keyOf } from '../enter';
import type { Track } from '../happening';
import { JourneyPaused } from '../launch/launchable';
import type { LaunchDeps } from '../launch/work-launches';
import { loadBatch, needsOfEntries, readLocked } from '../load-batch';
import { writeBatch } from '../write-batch';

export interface Readmission extends RefusedEntries {
  readonly actor: string;
  /** After so many it stops, between one step and the next. Default: all. */
  readonly most?: number;
}

/** What came of refusals that were judged again. */
export interface Readmitted {
  readonly entered: number;
  /** By the reason that they were refused for this time. */
  readonly refused: { readonly [reason: string]: number };
  /** The customer is no longer in the stage or audience that the journey enters, or the event is no longer on record. */
  readonly lapsed: number;
  /** Whether some were left, since there were more than it was to judge. */
  readonly more: boolean;
}

/** Customers' entries judged in one short transaction. */
const STEP = 500;

/**
 * Judges entries again that were refused while the guard held the journey, or for want of a code: each once, by the
 * rules of entry as of now, so that what has become too old meanwhile stays out. What was done when it breaks off is
 * committed, and is not done again. Throws {@link JourneyPaused} while the journey takes no entries.
 */
export async function readmit(
  pool: Database,
  deps: LaunchDeps,
  readmission: Readmission,
): Promise<Readmitted> {
  const { journey, most = Number.POSITIVE_INFINITY } = readmission;
  if (await findHold(pool, journey)) throw new JourneyPaused(journey);
  const prepared = prepareIngest(deps);
  const definition = prepared.routes.newestOf(journey);
  if (!definition) throw new TypeError(`There is no journey ${journey}`);
  let [judged, entered, lapsed] = [0, 0, 0];
  const refused: { [reason: string]: number } = {};
  for (;;) {
    const entries = await findRefused(pool, readmission, STEP);
    if (entries.length === 0 || judged >= most) return { entered, refused, lapsed, more: entries.length > 0 };
    const seqs = entries.map(({ seq }) => seq);
    const profileIds = [...new Set(entries.map(({ profileId }) => profileId))];
    const step = await tx(
      pool,
      async (db) => judge(db, { ...deps, ...prepared }, definition, { ...readmission, seqs, profileIds }),
      { byIndex: true },
    );
    judged += entries.length;
    entered += step.entered;
    lapsed += step.lapsed;
    for (const reason of step.reasons) refused[reason] = (refused[reason] ?? 0) + 1;
  }
}

async function judge(
  db: Queryable,
  deps: LaunchDeps & Prepared,
  journey: JourneyDefinition,
  claim: Parameters<typeof claimRefused>[1],
): Promise<{ entered: number; lapsed: number; reasons: string[] }> {
  const profiles = await lockProfiles(db, claim.profileIds);
  const profileIds = profiles.map(({ profileId }) => profileId);
  const claimed = await claimRefused(db, { ...claim, profileIds });
  const stored = await readLocked(db, profiles, 2 * claimed.length);
  const inside = await insideOf(db, deps, journey, { now: stored.now, profileIds });
  const judged = claimed.flatMap((entry) => {
    const trigger = triggerOf(entry, stored.now);
    return trigger && inside(entry.profileId) && fits(journey, trigger)
      ? [{ profileId: entry.profileId, trigger }]
      : [];
  });
  const entries = judged.map(({ profileId, trigger }) => ({
    profileId,
    journey,
    key: keyOf(journey, trigger) ?? '',
    since: trigger.timestamp,
  }));
  const batch = await loadBatch(db, deps, stored, needsOfEntries(journey, entries, stored.now));
  for (const { profileId, trigger } of judged) {
    enter(batch, batch.customer(profileId), journey, { ...trigger, mark: batch.writes.mark() });
  }
  await writeBatch(db, batch, { attached: [], moved: [], released: [] });
  const changes = batch.writes.enrollmentChanges;
  return {
    entered: changes.filter(({ status }) => status === 'entered').length,
    lapsed: claimed.length - judged.length,
    reasons: changes.flatMap(({ status, reason }) =>
      status === 'refused' && reason !== null ? [reason] : [],
    ),
  };
}

/** Who is where the journey finds those that enter it; of a journey that enters on an event, everybody. */
async function insideOf(
  db: Queryable,
  { audiences }: LaunchDeps,
  { policy: { enter: entry } }: JourneyDefinition,
  of: { readonly now: Date; readonly profileIds: readonly string[] },
): Promise<(profileId: string) => boolean> {
  if ('on' in entry) return () => true;
  const condition = 'stage' in entry ? { stage: [entry.stage] } : audiences[entry.audience];
  const inside = condition ? await stillInside(db, condition, of) : new Set<string>();
  return (profileId) => inside.has(profileId);
}

/** It happened when it did, and arrives now: what is due from its arrival on is due from now on. */
function triggerOf({ event }: ClaimedEntry, now: Date): Omit<Track, 'mark'> | undefined {
  if (!event) return undefined;
  return {
    ...event,
    timestamp: new Date(event.timestamp),
    receivedAt: now,
    context: null,
    originalTimestamp: null,
    sentAt: null,
  };
}

/** A version since may enter on something else. */
function fits({ policy: { enter: entry } }: JourneyDefinition, { name }: Pick<Track, 'name'>): boolean {
  return !('on' in entry) || entry.on === name;
}
