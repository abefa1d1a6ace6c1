import type { AcceptedEvent } from '../ingest/accepted-event';
import type { Customer } from '../ingest/customer';
import { verifiedPhone } from '../ingest/verified-phone';
import { type Identifier, identifiersOf } from '../rules/identity/identifiers';
import { IdentityGraph, type Resolution } from '../rules/identity/identity-graph';
import { EventRefused } from './errors';
import type { SimulatedProject } from './project';

/** Who is who among the customers of a world. */
export class People {
  private readonly graph: IdentityGraph;
  private readonly customers = new Map<string, Customer>();

  constructor(
    private readonly workspace: SimulatedProject['workspace'],
    private readonly newId: () => string,
  ) {
    this.graph = new IdentityGraph(workspace.identifierLimits);
  }

  /** Whose an event is, and what it tells of who is who. */
  resolve(event: AcceptedEvent, now: Date): Resolution {
    const identifiers = identifiersOf(event, this.workspace);
    if (identifiers.length === 0) throw new EventRefused(event.name ?? event.type, 'nobody is known by it');
    return this.graph.resolve(
      identifiers,
      () => ({ profileId: this.newId(), createdAt: now }),
      verifiedPhone({ event, identifiers }, this.workspace),
    );
  }

  keep(customer: Customer): void {
    this.customers.set(customer.profileId, customer);
  }

  /** Everybody, those who turned out to be another left out, in the order in which they became known. */
  all(): Customer[] {
    return [...this.customers.values()].filter(({ becomes }) => becomes === null);
  }

  /** As {@link Customer.becomes} says, it may be another by now. */
  byProfile(profileId: string): Customer | undefined {
    return this.customers.get(profileId);
  }

  owner(identifier: Identifier): Customer | undefined {
    const profileId = this.graph.ownerOf(identifier);
    return profileId === undefined ? undefined : this.customers.get(profileId);
  }
}
