import type { Purpose } from '../../catalog/policy';
import type { Holdout } from '../../catalog/sending';
import { BUCKETS, bucketOf, bucketsIn } from './bucket';

/** The experiment that the holdout over all journeys is; no journey can be called that. */
export const GLOBAL_HOLDOUT = '*';

/** An arm that a customer is in for good. */
export interface Assignment {
  /** A journey's id for its holdout, `<journey>/<subject>` for a split in its flow. */
  readonly experiment: string;
  /** Of a holdout `control`, which is sent nothing, or `treatment`. */
  readonly arm: string;
  readonly bucket: number;
}

export interface HoldoutFacts {
  /** The canonical profile's id. */
  readonly customer: string;
  readonly journey: string;
  /** The workspace's, over all journeys. */
  readonly global: Holdout;
  /** The journey's own, if it has one. */
  readonly own?: Holdout | undefined;
  /** Arms assigned before, in any experiment. */
  readonly assigned: readonly Assignment[];
}

export interface HeldOut {
  readonly heldOut: boolean;
  /** What was asked, the global holdout first; those it holds out are not asked for the journey's. */
  readonly asked: readonly (Assignment & { readonly percent: number })[];
  /** The arms given by being asked for the first time. */
  readonly assigns: readonly Assignment[];
}

/**
 * Whether the customer is sent nothing, so that it shows what the messages do. Who is asked for the first time is
 * assigned for good, by the bucket; new percentages are for those who come later.
 */
export function decideHoldout(facts: HoldoutFacts): HeldOut {
  const { journey, global, own } = facts;
  const overall = askOne(facts, GLOBAL_HOLDOUT, global);
  const first = overall ? [overall] : [];
  if (overall?.arm === 'control' || !own) return outcomeOf(first, facts);
  const ours = askOne(facts, journey, own);
  return outcomeOf(ours ? [...first, ours] : first, facts);
}

/** Whether the customer is held out by the holdouts stated, which do not ask what is transactional. */
export function isHeldOut(purpose: Purpose, facts: HoldoutFacts): boolean {
  return purpose !== 'transactional' && decideHoldout(facts).heldOut;
}

function askOne({ customer, assigned }: HoldoutFacts, experiment: string, { percent }: Holdout) {
  const known = assigned.find((one) => one.experiment === experiment);
  if (known) return { percent, ...known };
  if (percent === 0) return undefined;
  const bucket = bucketOf(experiment, customer);
  return { experiment, arm: bucket < bucketsIn(percent) ? 'control' : 'treatment', bucket, percent };
}

function outcomeOf(asked: HeldOut['asked'], { assigned }: HoldoutFacts): HeldOut {
  return {
    heldOut: asked.some(({ arm }) => arm === 'control'),
    asked,
    assigns: asked
      .filter(({ experiment }) => !assigned.some((one) => one.experiment === experiment))
      .map(({ experiment, arm, bucket }) => ({ experiment, arm, bucket })),
  };
}

/** In words for the record: `7,312 of 10,000`. */
export function bucketWords(bucket: number): string {
  return `${bucket.toLocaleString('en-US')} of ${BUCKETS.toLocaleString('en-US')}`;
}
