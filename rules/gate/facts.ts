import type { Stage } from '../../catalog/lifecycle';
import type { Purpose } from '../../catalog/policy';
import type { ConsentFacts } from '../consent/effective';
import type { HoldoutFacts } from '../experiments/holdout';
import type { Rendered } from '../render';
import type { CapFacts } from './cap';
import type { LockFacts } from './lock';
import type { PaceFacts } from './pace';
import type { QuietFacts } from './quiet';

/** All that the gate may look at, read in one transaction under the customer's row lock. */
export interface GateFacts {
  /** The database's clock, read after the lock. */
  readonly now: Date;
  /** The canonical profile's id, by which customers are dealt into buckets. */
  readonly customer: string;
  /** The journey that asks. */
  readonly journey: string;
  readonly purpose: Purpose;
  /** From this instant on the message is pointless. */
  readonly deadline?: Date | undefined;
  readonly erased: boolean;
  readonly consent: Omit<ConsentFacts, 'purpose'>;
  readonly enrollment: { readonly status: string; readonly reason?: string | null };
  readonly lifecycle: {
    /** The stage that the journey belongs to, if to any. */
    readonly during?: Stage | undefined;
    readonly stage?: Stage | null | undefined;
  };
  readonly lock: LockFacts;
  readonly holdout: Pick<HoldoutFacts, 'global' | 'own' | 'assigned'>;
  readonly cap: CapFacts;
  readonly quietHours: QuietFacts;
  /** Absent: its pace is not limited, or no place has been taken yet since the checks before may refuse. */
  readonly pace?: PaceFacts | undefined;
  /** Asked last, so only when nothing else refuses. */
  readonly content: () => Rendered;
}
