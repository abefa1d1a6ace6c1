import { type Identifier, identifierKey } from '../rules/identity/identifiers';
import { IdentityGraph, type Resolution } from '../rules/identity/identity-graph';
import type { IdentifierRow } from '../store/identifiers';
import { newId } from '../store/ids';
import type { ProfileRow } from '../store/profiles';
import type { AcceptedEvent } from './accepted-event';
import type { IngestWorkspace } from './deps';
import { verifiedPhone } from './verified-phone';

/** An event with the identifiers found in it, highest priority first. */
export interface IdentifiedEvent {
  readonly event: AcceptedEvent;
  readonly identifiers: readonly Identifier[];
}

/** Whose each event of a batch is, decided in its order before anything takes effect. */
export interface IdentityPlan {
  /** One for each event. */
  readonly resolutions: readonly Resolution[];
  /** The profile that one of the batch, or one loaded for it, is in the end. */
  readonly survivorOf: (profileId: string) => string;
  readonly ownership: Ownership;
}

/** What changes of the stored identifiers, beside what follows from profiles becoming one. */
export interface Ownership {
  /** Not stored so far. */
  readonly attached: readonly IdentifierRow[];
  /** Stored with another profile. */
  readonly moved: readonly IdentifierRow[];
  /** Nobody's any more. */
  readonly released: readonly Identifier[];
}

export function planIdentities(
  events: readonly IdentifiedEvent[],
  stored: { readonly profiles: readonly ProfileRow[]; readonly identifiers: readonly IdentifierRow[] },
  workspace: IngestWorkspace,
  now: Date,
): IdentityPlan {
  const graph = new IdentityGraph(workspace.identifierLimits);
  for (const profile of stored.profiles) graph.add(profile);
  for (const { type, value, profileId } of stored.identifiers) graph.attach({ type, value }, profileId);
  const resolutions = events.map((one) =>
    graph.resolve(
      one.identifiers,
      () => ({ profileId: newId(), createdAt: now }),
      verifiedPhone(one, workspace),
    ),
  );
  const into = new Map(
    resolutions.flatMap(({ profileId, merged }) =>
      merged.map((gone) => [gone.profileId, profileId] as const),
    ),
  );
  const survivorOf = (profileId: string): string => {
    const next = into.get(profileId);
    return next === undefined ? profileId : survivorOf(next);
  };
  const ownership = ownershipChanges(graph, resolutions, stored.identifiers, survivorOf);
  return { resolutions, survivorOf, ownership };
}

function ownershipChanges(
  graph: IdentityGraph,
  resolutions: readonly Resolution[],
  stored: readonly IdentifierRow[],
  survivorOf: (profileId: string) => string,
): Ownership {
  const touched = new Map<string, Identifier>();
  for (const { attached, moved, released } of resolutions) {
    for (const { type, value } of [...attached, ...(moved ? [moved] : []), ...released]) {
      touched.set(identifierKey({ type, value }), { type, value });
    }
  }
  const owners = new Map(stored.map((row) => [identifierKey(row), row.profileId]));
  const attached: IdentifierRow[] = [];
  const moved: IdentifierRow[] = [];
  const released: Identifier[] = [];
  for (const [key, identifier] of touched) {
    const before = owners.get(key);
    const after = graph.ownerOf(identifier);
    if (before === undefined) {
      if (after !== undefined) attached.push({ profileId: after, ...identifier });
    } else if (after === undefined) {
      released.push(identifier);
    } else if (survivorOf(before) !== after) {
      moved.push({ profileId: after, ...identifier });
    }
  }
  return { attached, moved, released };
}
