import type { Stage } from '../../catalog/lifecycle';
import type { Purpose } from '../../catalog/policy';
import type { ConsentFacts } from '../consent/effective';
import type { Whereabouts } from '../quiet-hours';
import type { Rendered } from '../render';

/** All that the gate may look at, read in one transaction under the customer's row lock. */
export interface GateFacts {
  /** The database's clock, read after the lock. */
  readonly now: Date;
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
  readonly quietHours: Whereabouts;
  /** Asked last, so only when nothing else refuses. */
  readonly content: () => Rendered;
}
