import { type Patient, redeem } from './check-ins';
import { moveClock } from './clock';
import { nothingSubmitting, type Outcome, outcomeOf, rewardsAsked } from './outcome';
import type { StackAddress } from './stack-home';

/** Lets everything come to its end that those who checked in have begun, and tells what it came to. */
export async function endOf(stack: StackAddress, all: readonly Patient[]): Promise<Outcome> {
  await rewardsAsked(stack, all);
  // Past the grace of what nobody knows about.
  await moveClock(stack, { advance: '10 minutes' });
  const quick = all.filter(isQuick);
  await redeem(stack, quick, 0).done;
  await nothingSubmitting(stack);
  await moveClock(stack, { advance: '2 hours' });
  return outcomeOf(stack, all, quick);
}

/** Most use their reward at once. The others get a reminder. */
export const isQuick = (_: Patient, index: number) => index % 20 > 0;
