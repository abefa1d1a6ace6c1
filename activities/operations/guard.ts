import type { ActivityDeps } from '../deps';
import { guardEntries } from './guard-entries';
import { warnOfCodes } from './warn-of-codes';

/** Looks after entries: pauses journeys that far too many enter, and says when one has run out of codes. */
export async function guard(deps: Pick<ActivityDeps, 'pool' | 'journeys' | 'log'>): Promise<void> {
  await guardEntries(deps);
  await warnOfCodes(deps);
}
