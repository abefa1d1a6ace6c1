import { type Duration, elapsed } from '../../catalog/duration';
import type { Purpose } from '../../catalog/policy';
import { BUCKETS, bucketOf } from '../experiments/bucket';
import { openness, openWindows, type Whereabouts } from '../quiet-hours';
import { toLocal } from '../time/local-time';
import { type Answer, deferred, passed, suppressed } from './answer';
import type { GateFacts } from './facts';

export interface QuietFacts extends Whereabouts {
  readonly inQuietHours: 'defer' | 'skip';
  /** Over how long after the opening what was held back is spread. Default: not at all. */
  readonly spread?: Duration | undefined;
}

/** Nobody is texted at night, by the clocks of everywhere they may be. */
export function askQuietHours(facts: GateFacts): Answer {
  const { now, purpose, quietHours } = facts;
  if (passes[purpose]) return passed({ purpose });
  const saw = {
    local: quietHours.zones.map((zone) => {
      const { date, time } = toLocal(now, zone);
      return { zone, date, time, open: openWindows(date, quietHours) };
    }),
    ...(typeof quietHours.region === 'string' && { region: quietHours.region }),
  };
  const answer = openness(now, quietHours);
  if (answer.open) return passed(saw);
  if (quietHours.inQuietHours === 'skip') return suppressed('quiet_hours', saw);
  return deferred('quiet_hours', spreadOver(answer.until, facts), saw);
}

const passes: { readonly [P in Purpose]: boolean } = {
  transactional: true,
  moment: false,
  marketing: false,
};

/** The customer's own point after the opening; the opening itself where that would be quiet again. */
function spreadOver(opening: Date, { customer, journey, quietHours }: GateFacts): Date {
  if (!quietHours.spread) return opening;
  const share = bucketOf(`${journey} spread`, customer) / BUCKETS;
  const at = new Date(opening.getTime() + Math.floor(share * elapsed(quietHours.spread)));
  return openness(at, quietHours).open ? at : opening;
}
