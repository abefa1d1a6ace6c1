import { setTimeout as delay } from 'node:timers/promises';
import { type Identifier, identifierKey, identifiersOf } from '../rules/identity/identifiers';
import { type Database, type Queryable, tx } from '../store/database';
import { claimMessageIds, claimReplays } from '../store/message-ids';
import { lockProfilesOf, type ProfileRow } from '../store/profiles';
import type { AcceptedEvent, AppliedEvent } from './accepted-event';
import { applyEvent } from './apply-event';
import { type IngestDeps, type Prepared, prepareIngest } from './deps';
import { IdentitiesChanged, IngestConflict } from './errors';
import { foreseeNeeds } from './foresee-needs';
import { type IdentifiedEvent, planIdentities } from './identity-plan';
import { loadBatch, readLocked } from './load-batch';
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
  const known = identified.filter((one) => one.identifiers.length > 0);
  // In this order, which is the same everywhere, so that batches never wait for each other in a circle.
  const [claims, profiles] = await Promise.all([
    claim(tx, known),
    lockProfilesOf(tx, unique(known.flatMap((one) => one.identifiers))),
  ]);
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
  if (fresh.length > 0) await takeIn(tx, deps, fresh, profiles);
  return answers;
}

async function claim(tx: Queryable, identified: readonly IdentifiedEvent[]): Promise<Set<string>> {
  const events = identified.map((one) => one.event);
  const idsOf = (some: readonly AcceptedEvent[]) => [...new Set(some.map((event) => event.messageId))];
  const [replays, first] = await Promise.all([
    claimReplays(tx, idsOf(events.filter((event) => event.replayed))),
    claimMessageIds(tx, idsOf(events.filter((event) => !event.replayed))),
  ]);
  return new Set([...first, ...replays]);
}

async function takeIn(
  tx: Queryable,
  deps: Prepared,
  identified: readonly IdentifiedEvent[],
  profiles: readonly ProfileRow[],
): Promise<void> {
  const stored = await readLocked(tx, profiles, seqsFor(identified));
  const { identifiers, now } = stored;
  const plan = planIdentities(identified, { profiles, identifiers }, deps.workspace, now);
  const events = identified.map(({ event }) => event);
  const needs = foreseeNeeds(deps, now, events, { profiles, plan });
  const batch = await loadBatch(tx, deps, stored, needs);
  for (const [at, resolution] of plan.resolutions.entries()) {
    const event = events[at];
    if (event) applyEvent(batch, event, resolution);
  }
  await writeBatch(tx, batch, plan.ownership);
}

/** Usually one for each event and each identifier that becomes somebody's. */
function seqsFor(identified: readonly IdentifiedEvent[]): number {
  return identified.reduce((sum, { identifiers }) => sum + 1 + identifiers.length, 0);
}

function unique(identifiers: readonly Identifier[]): Identifier[] {
  return [...new Map(identifiers.map((one) => [identifierKey(one), one])).values()];
}
