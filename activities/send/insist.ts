import { setTimeout as delay } from 'node:timers/promises';
import { isUnavailable } from '../../store/database-errors';

/**
 * Runs `write` again for some three seconds while the database is away. What it writes is known only here: given up
 * too soon, a message that was accepted would have to be searched for.
 */
export async function insist<T>(write: () => Promise<T>): Promise<T> {
  for (let pause = 100; ; pause *= 2) {
    try {
      return await write();
    } catch (error) {
      if (!isUnavailable(error) || pause > LONGEST_PAUSE_MS) throw error;
      await delay(pause);
    }
  }
}

const LONGEST_PAUSE_MS = 1_600;
