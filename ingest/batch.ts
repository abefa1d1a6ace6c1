import type { Identifier } from '../rules/identity/identifiers';
import { zonesOf } from '../rules/time/zones';
import { type Customer, survivorOf } from './customer';
import type { Prepared } from './deps';
import type { Stock } from './stock';
import { Writes } from './writes';

/** All that one transaction has in hand: customers, who is who, and what is to be written. */
export class Batch {
  readonly writes = new Writes();
  private readonly customers = new Map<string, Customer>();

  constructor(
    readonly deps: Prepared,
    /** When everything in it arrives. */
    readonly now: Date,
    /** Journeys that take no entries. */
    readonly paused: ReadonlySet<string>,
    /** Addresses closed by STOP, as `channel address`. */
    readonly stopped: ReadonlySet<string>,
    /** Unique codes for those who enter. */
    readonly stock: Stock,
    /** Places in the order of what happened, taken for it in advance. */
    readonly seqs: readonly number[],
    /** Makes the ids of runs. */
    readonly newId: () => string,
  ) {}

  add(customer: Customer): void {
    this.customers.set(customer.profileId, customer);
  }

  /** The customer of a profile, also of one that was merged away. */
  customer(profileId: string): Customer {
    const customer = this.customers.get(profileId);
    if (!customer) throw new Error(`The batch has not loaded profile ${profileId}`);
    return survivorOf(customer);
  }

  /** Every profile in hand, those merged away included. */
  all(): Iterable<Customer> {
    return this.customers.values();
  }

  /** The zone to reckon a customer's local time in. */
  zoneOf(customer: Customer): string {
    return zonesOf({
      trait: customer.record.traits.timezone,
      context: customer.contextZone?.name,
      phone: customer.phone,
      workspace: this.deps.workspace.timezone,
    }).zone;
  }

  recordIdentity(
    customer: Customer,
    change: 'attached' | 'dropped' | 'moved' | 'released' | 'merged',
    identifier: Identifier,
    { messageId, reason = null }: { messageId: string; reason?: string | null },
  ): void {
    const { type, value } = identifier;
    const mark = this.writes.mark();
    this.writes.identityChanges.push({
      mark,
      customer,
      at: this.now,
      change,
      type,
      value,
      reason,
      messageId,
    });
  }
}
