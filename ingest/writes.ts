import type { ConsentChangeRow } from '../store/subscriptions';
import type { EnrollmentChangeRow } from '../store/enrollment-changes';
import type { IdentityChangeRow } from '../store/identity-changes';
import type { NewOutboxRow } from '../store/outbox';
import type { StageChangeRow } from '../store/stage-changes';
import type { Customer, Run } from './customer';
import type { Happening, Mark, Track } from './happening';

/** A row that belongs to a customer, who may yet turn out to be another, and has a place on their timeline. */
export type Marked<Row> = Omit<Row, 'seq' | 'profileId'> & {
  readonly mark: Mark;
  readonly customer: Customer;
};

export interface Told {
  readonly customer: Customer;
  readonly run: Run;
  readonly kind: NewOutboxRow['kind'];
  /** Called when everything has its number. */
  readonly payload: () => unknown;
}

/** What the transaction will write, in the order it happened. */
export class Writes {
  readonly events: { readonly customer: Customer; readonly happening: Happening }[] = [];
  readonly identityChanges: Marked<IdentityChangeRow>[] = [];
  readonly consentChanges: Marked<ConsentChangeRow>[] = [];
  readonly stageChanges: Marked<StageChangeRow>[] = [];
  readonly enrollmentChanges: Marked<EnrollmentChangeRow>[] = [];
  readonly goals: {
    readonly mark: Mark;
    readonly customer: Customer;
    readonly run: Run;
    readonly event: Pick<Track, 'name' | 'messageId' | 'timestamp'>;
    readonly at: Date;
  }[] = [];
  readonly redemptions: { readonly customer: Customer; readonly offerId: string; readonly at: Date }[] = [];
  readonly merges: { readonly from: Customer; readonly to: Customer }[] = [];
  /** Locks that turned out to overlap an earlier one. */
  readonly overruled: number[] = [];
  readonly outbox: Told[] = [];
  /** Offers that entries were refused for want of a code of. */
  readonly exhausted = new Set<string>();
  private readonly marks: Mark[] = [];

  /** The next place in the order. */
  mark(): Mark {
    const mark = { seq: 0 };
    this.marks.push(mark);
    return mark;
  }

  get markCount(): number {
    return this.marks.length;
  }

  number(seqs: readonly number[]): void {
    for (const [at, mark] of this.marks.entries()) {
      const seq = seqs[at];
      if (seq === undefined) throw new Error('There are fewer numbers than things that happened');
      mark.seq = seq;
    }
  }
}
