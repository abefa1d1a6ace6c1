import { type Customer, survivorOf } from '../ingest/customer';
import type { Assignment } from '../rules/experiments/holdout';
import type { TakenLock } from '../rules/gate/gate';
import type { SendFacts } from '../store/send-facts';
import type { Enrolled, VirtualRecord } from './record';

/** What asks of the gate left behind: locks, arms, and messages that count. */
export class Marks {
  private readonly arms = new Map<Customer, Assignment[]>();
  private readonly locks = new Map<number, { readonly journey: string; readonly priority: number }>();

  constructor(private readonly record: VirtualRecord) {}

  assign(customer: Customer, assignments: readonly Assignment[]): void {
    this.arms.set(customer, [...(this.arms.get(customer) ?? []), ...assignments]);
  }

  /** Of two customers who are one the earlier arm stands: it was assigned first. */
  armsOf(customer: Customer): Assignment[] {
    const first = new Map<string, Assignment>();
    for (const [owner, assignments] of this.arms) {
      if (survivorOf(owner) !== customer) continue;
      for (const one of assignments) if (!first.has(one.experiment)) first.set(one.experiment, one);
    }
    return [...first.values()];
  }

  take(customer: Customer, { run }: Enrolled, { priority, until }: TakenLock, from: Date): void {
    const lockId = this.locks.size + 1;
    this.locks.set(lockId, { journey: run.journey, priority });
    const { enrollmentId } = run;
    customer.locks.push({ lockId, profileId: customer.profileId, enrollmentId, from, until });
  }

  lockOf(customer: Customer, now: Date): SendFacts['lock'] {
    const held = customer.locks.find(({ from, until }) => from <= now && now < until);
    const taken = held && this.locks.get(held.lockId);
    return held && taken ? { since: held.from, until: held.until, ...taken } : null;
  }

  /** Marketing and moments, but for the step's own row. */
  recent(customer: Customer, own: string | undefined): SendFacts['recent'] {
    const recent: SendFacts['recent'][number][] = [];
    for (const { enrolled, entry } of this.record.sends.values()) {
      const { purpose, row } = entry;
      if (purpose !== 'marketing' && purpose !== 'moment') continue;
      if (row.status === 'failed' || row.sendId === own || survivorOf(enrolled.customer) !== customer)
        continue;
      recent.push({ purpose, at: row.createdAt });
    }
    return recent;
  }
}
