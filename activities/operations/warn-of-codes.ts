import { newlyExhausted } from '../../store/codes';
import type { ActivityDeps } from '../deps';

/** Says aloud, once, that entries are refused because the unique codes of an offer have run out. */
export async function warnOfCodes({ pool, log }: Pick<ActivityDeps, 'pool' | 'log'>): Promise<void> {
  for (const { offer, exhaustedAt: since } of await newlyExhausted(pool)) {
    log.error({ offer, since }, 'no codes left: entries are refused until more are loaded');
  }
}
