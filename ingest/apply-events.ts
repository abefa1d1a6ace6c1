import { setTimeout as delay } from 'node:timers/promises';
import { type Identifier, identifierKey, identifiersOf } from '../rules/identity/identifiers';
import { clockNow } from '../store/clock';
import { type Database, type Queryable, tx } from '../store/database';
import { findIdentifiers } from '../store/identifiers';
import { claimMessageIds, claimReplays } from '../store/message-ids';
import { lockProfilesOf } from '../store/profiles';
import type { AcceptedEvent, AppliedEvent } from './accepted-event';
import { applyEvent } from './apply-event';
import { type IngestDeps, type Prepared, prepareIngest } from './deps';
import { IdentitiesChanged, IngestConflict } from './errors';
import { foreseeNeeds } from './foresee-needs';
import { type IdentifiedEvent, planIdentities } from './identity-plan';
import { loadBatch } from './load-batch';
import { writeBatch } from './write-batch';

/**
 * Lets events take effect, in their order and in one transaction: they are stored, the customers they belong to found,
 * made or merged, and what that starts, ends or wakes is decided and put in the outbox. Committed when it answers, one
 * answer for each event. At most 500 events a call keep the transaction short. Throws, with nothing stored,
 * {@link IngestConflict} after too many collisions, and what the database throws when it is away.
 */
export async function applyEvents(
  pool: Database,
  deps: IngestDeps,
  events: readonly AcceptedEvent[],
): Promise<AppliedEvent[]> {
  const prepared = prepareIngest(deps);
  if (events.length === 0) return [];
  for (let attempt = 1; ; attempt++) {
    try {
      return await tx(pool, (client) => applyOnce(client, prepared, events), { byIndex: true });
    } catch (error) {
      if (!(error instanceof IdentitiesChanged)) throw error;
      if (attempt === MOST_ATTEMPTS) throw new IngestConflict(attempt, { cause: error });
      await delay(Math.random() * 5 * Math.min(attempt, 10));
    }
  }
}

/** Somebody wins each collision, so even a crowd of first events of one person is through before this. */
const MOST_ATTEMPTS = 50;

async function applyOnce(
  tx: Queryable,
  deps: Prepared,
  events: readonly AcceptedEvent[],
): Promise<AppliedEvent[]> {
  const identified = events.map((event) => ({ event, identifiers: identifiersOf(event, deps.workspace) }));
  const claims = await claim(tx, identified);
  const answers: AppliedEvent[] = [];
  const fresh: IdentifiedEvent[] = [];
  for (const one of identified) {
    const { messageId } = one.event;
    if (one.identifiers.length === 0) answers.push({ messageId, outcome: 'refused', reason: 'no_identity' });
    // The first of those that share an id takes it.
    else if (!claims.delete(messageId)) answers.push({ messageId, outcome: 'duplicate' });
    else {
      answers.push({ messageId, outcome: 'applied' });
      fresh.push(one);
    }
  }
  if (fresh.length > 0) await takeIn(tx, deps, fresh);
  return answers;
}

/** Message ids are taken before anything else is locked, and in one order: so batches never wait for each other in a circle. */
async function claim(tx: Queryable, identified: readonly IdentifiedEvent[]): Promise<Set<string>> {
  const events = identified.filter((one) => one.identifiers.length > 0).map((one) => one.event);
  const idsOf = (some: readonly AcceptedEvent[]) => [...new Set(some.map((event) => event.messageId))];
  const replays = await claimReplays(tx, idsOf(events.filter((event) => event.replayed)));
  const first = await claimMessageIds(tx, idsOf(events.filter((event) => !event.replayed)));
  return new Set([...first, ...replays]);
}

async function takeIn(tx: Queryable, deps: Prepared, identified: readonly IdentifiedEvent[]): Promise<void> {
  const identifiers = unique(identified.flatMap((one) => one.identifiers));
  const profiles = await lockProfilesOf(tx, identifiers);
  // Under the locks: whose an identifier is can change only by who holds the lock of its profile.
  const stored = {
    profiles,
    identifiers: await findIdentifiers(
      tx,
      identifiers,
      profiles.map(({ profileId }) => profileId),
    ),
  };
  const locked = new Set(profiles.map(({ profileId }) => profileId));
  if (stored.identifiers.some(({ profileId }) => !locked.has(profileId))) throw new IdentitiesChanged();
  const now = await clockNow(tx);
  const plan = planIdentities(identified, stored, deps.workspace, now);
  const events = identified.map(({ event }) => event);
  const needs = foreseeNeeds(deps, now, events, { profiles, plan });
  const batch = await loadBatch(tx, deps, now, stored, needs);
  for (const [at, resolution] of plan.resolutions.entries()) {
    const event = events[at];
    if (event) applyEvent(batch, event, resolution);
  }
  await writeBatch(tx, batch, plan.ownership);
}

function unique(identifiers: readonly Identifier[]): Identifier[] {
  return [...new Map(identifiers.map((one) => [identifierKey(one), one])).values()];
}
