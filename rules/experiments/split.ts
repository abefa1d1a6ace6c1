import { bucketsIn } from './bucket';

/** Percentages by arm; together 100. */
export type Split = { readonly [arm: string]: number };

/** The arm a run walks on by: the one assigned before, unless a later version has done away with it; else by the bucket. */
export function walkedArm(bucket: number, split: Split, assigned: string | undefined): string {
  return assigned !== undefined && Object.hasOwn(split, assigned) ? assigned : armOf(bucket, split);
}

/** The arm that a bucket falls into: the arms take their shares of the buckets in the order they are declared. */
export function armOf(bucket: number, split: Split): string {
  let end = 0;
  for (const [arm, percent] of Object.entries(split)) {
    end += percent;
    if (bucket < bucketsIn(end)) return arm;
  }
  throw new RangeError(`The arms of a split must make 100 percent: bucket ${bucket} falls into none`);
}
