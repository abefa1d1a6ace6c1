import type { Customer } from '../ingest/customer';
import { type Agenda, rank } from './agenda';

/** Moves customers to the stage that time alone brings, when it is due. */
export class StageWatch {
  private readonly due = new Map<string, number>();

  constructor(
    private readonly agenda: Agenda,
    private readonly pass: (customer: Customer) => Promise<void>,
  ) {}

  /** Looks at when the next stage of a customer is due; the date that was known before no longer counts. */
  look(customer: Customer): void {
    const due = customer.becomes ? undefined : customer.stages.stageDueAt?.getTime();
    if (due === undefined || this.due.get(customer.profileId) === due) return;
    this.due.set(customer.profileId, due);
    this.agenda.add(due, rank.stage, async () => {
      const { becomes, stages } = customer;
      if (becomes || stages.stageDueAt?.getTime() !== due) return;
      this.due.delete(customer.profileId);
      await this.pass(customer);
    });
  }
}
