import type { Decision } from '../store/decisions';
import type { StoredSuppression } from '../store/send-facts';
import type { LedgerRow } from '../store/sends';
import type { Customer, Run } from '../ingest/customer';
import type { Offer, RunEvent, SendRequest } from '../workflows/runtime/contract';
import { Holds } from './holds';
import { Marks } from './marks';
import type { item, Listener, TimelineItem } from './timeline';
import type { VirtualRun } from './virtual-run';

/** What is on record of one enrollment. */
export interface Enrolled {
  readonly run: Run;
  /** As of its entry; whoever that has become. */
  readonly customer: Customer;
  readonly offers: Map<string, GrantedOffer>;
  readonly outcomes: Set<string>;
  readonly ledger: Map<string, LedgerEntry>;
  /** Refusals that are on record. */
  readonly decided: Set<string>;
  /** The refusal by which a send is held back, until it asks again. */
  held: Decision | undefined;
  /** `<step>/<occurrence>` of a send that has taken its turn in the sender's queue, for which the run is held. */
  pacedStep: string | undefined;
  live: VirtualRun | undefined;
}

/** An offer, and what became of it. */
export interface GrantedOffer {
  readonly offer: Offer;
  /** By which it was granted. */
  readonly enrolled: Enrolled;
  /** Of somebody who is held out, and not to see it. */
  readonly withheld: boolean;
  redeemedAt: Date | undefined;
}

/** A row of the ledger with what it is about. */
export interface LedgerEntry {
  readonly request: SendRequest;
  readonly purpose: string;
  row: LedgerRow;
  body: string;
  locale: string;
  segments: number;
  address: string;
}

/** What is known, in memory: nothing of it outlives the process. */
export class VirtualRecord {
  readonly enrollments = new Map<string, Enrolled>();
  readonly sends = new Map<string, { readonly enrolled: Enrolled; readonly entry: LedgerEntry }>();
  /** By id, in the order in which they were granted. */
  readonly offers = new Map<string, GrantedOffer>();
  /** Tracks that some journey listens to, or all, by profile, in order of arrival. */
  readonly tracks = new Map<string, RunEvent[]>();
  /** By `channel address`. */
  readonly suppressions = new Map<string, StoredSuppression[]>();

  readonly marks = new Marks(this);
  readonly holds = new Holds();

  constructor(private readonly listener: Listener) {}

  enrolled(enrollmentId: string): Enrolled {
    const enrolled = this.enrollments.get(enrollmentId);
    if (!enrolled) throw new Error(`Nobody knows the enrollment ${enrollmentId}`);
    return enrolled;
  }

  tell(profileId: string, kind: TimelineItem['kind'], at: Date, fields: Parameters<typeof item>[2]): void {
    this.listener(profileId, kind, at, fields);
  }

  isClosed(channel: string, address: string, kind: StoredSuppression['kind']): boolean {
    return this.suppressionsOf(channel, address).some((one) => one.kind === kind);
  }

  suppressionsOf(channel: string, address: string): readonly StoredSuppression[] {
    return this.suppressions.get(`${channel} ${address}`) ?? [];
  }

  close(suppression: StoredSuppression): void {
    const key = `${suppression.channel} ${suppression.address}`;
    this.suppressions.set(key, [...(this.suppressions.get(key) ?? []), suppression]);
  }

  open(channel: string, address: string): void {
    const left = this.suppressionsOf(channel, address).filter(({ kind }) => kind !== 'stop');
    this.suppressions.set(`${channel} ${address}`, left);
  }
}
