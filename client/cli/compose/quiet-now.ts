import type { Workspace } from '../../../catalog/define-workspace';
import { openness } from '../../../rules/quiet-hours';
import { toLocal } from '../../../rules/time/local-time';

type Hours = Pick<Workspace, 'timezone' | 'quietHours'>;

/** What a clock on the wall says where customers are of whom nothing better is known: `21:37 in America/New_York`. */
export function timeOfDay(now: Date, { timezone }: Hours): string {
  return `${toLocal(now, timezone).time.slice(0, 5)} in ${timezone}`;
}

/** For who tries a journey at night, and would look for a text that is held back till morning. */
export function quietNow(now: Date, hours: Hours): string[] {
  const answer = openness(now, { zones: [hours.timezone], quiet: hours.quietHours });
  if (answer.open) return [];
  const { until } = answer;
  return [
    '',
    `It is quiet there: whatever is not transactional waits until ${timeOfDay(until, hours)}. To be there at once:`,
    `  npx jornada travel ${until.toISOString().replace('.000Z', 'Z')}`,
  ];
}
