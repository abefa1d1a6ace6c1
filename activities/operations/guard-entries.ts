import { HOURLY_FLOOR, hourlyLimit, TIMES_THE_USUAL } from '../../rules/blast-guard';
import { countEntryHours, findEntryRates } from '../../store/entry-rates';
import { beginHold } from '../../store/holds';
import type { ActivityDeps } from '../deps';

/**
 * Pauses journeys that more enter this hour than ten times what is usual: a sender that repeats itself, or an import,
 * is looked at before it is texted about. Launches have a guard of their own, before they begin.
 */
export async function guardEntries({
  pool,
  journeys,
  log,
}: Pick<ActivityDeps, 'pool' | 'journeys' | 'log'>): Promise<void> {
  const guarded = [
    ...new Set(journeys.filter(({ policy }) => !('audience' in policy.enter)).map(({ id }) => id)),
  ];
  await countEntryHours(pool, guarded);
  const limits = { times: TIMES_THE_USUAL, atLeast: HOURLY_FLOOR };
  for (const { journey, usual, thisHour } of await findEntryRates(pool, guarded, limits)) {
    if (thisHour <= hourlyLimit(usual)) continue;
    const note = `More than ${hourlyLimit(usual)} entered within the hour; usual are at most ${usual}.`;
    const hold = { journey, kind: 'paused', cause: 'blast_guard', actor: 'jornada', note } as const;
    if (await beginHold(pool, hold))
      log.error({ journey, usual, thisHour }, 'too many entries: the journey is paused');
  }
}
