import { elapsed } from '../../catalog/duration';
import type { FrequencyCap } from '../../catalog/sending';
import { jurisdictionOf } from '../jurisdictions';
import { addDays, toInstant, toLocal } from '../time/local-time';
import { type Answer, deferred, passed, type Seen, suppressed } from './answer';
import type { GateFacts } from './facts';

export interface CapFacts {
  /** The workspace's, each of which holds. */
  readonly caps: readonly FrequencyCap[];
  readonly whenFull: 'skip' | 'defer' | 'exit';
  /** Marketing and moment messages on record that did not fail, as far back as {@link longestCap} looks. */
  readonly recent: readonly CountedSend[];
  /** In which a calendar day is reckoned: IANA name. */
  readonly zone: string;
}

export interface CountedSend {
  readonly purpose: 'moment' | 'marketing';
  readonly at: Date;
}

/** How many messages a customer has had lately: what the law says first, then what the workspace says. */
export function askCap(facts: GateFacts): Answer {
  const { purpose, now, cap, quietHours } = facts;
  if (purpose === 'transactional') return passed({ purpose });
  const limit = jurisdictionOf(quietHours.region)?.limit;
  const sent = cap.recent.map(({ at }) => at);
  const legal = limit && count(sent, { most: limit.most, per: limit.per }, facts);
  const law = legal && { law: legal.saw };
  if (legal?.full) return suppressed('legal_limit', { purpose, ...law });
  if (purpose !== 'marketing') return passed({ purpose, ...law });
  const marketing = cap.recent.filter((send) => send.purpose === 'marketing').map(({ at }) => at);
  const counts = cap.caps.map((one) => count(marketing, one, facts));
  const full = counts.flatMap((one) => (one.full ? [one.full] : []));
  const saw = { caps: counts.map((one) => one.saw), ...law };
  if (full.length === 0) return passed(saw);
  if (cap.whenFull === 'defer') return deferred('capped', latest(full, now), saw);
  const ends = cap.whenFull === 'exit';
  return { result: 'refused', saw, refusal: { verdict: 'suppressed', reason: 'capped', ends } };
}

/** How far back caps and laws count, in milliseconds. A local day may have 25 hours. */
export function longestCap(caps: readonly FrequencyCap[]): number {
  return Math.max(LONGEST_DAY, ...caps.map(({ per }) => (per === 'day' ? LONGEST_DAY : elapsed(per))));
}

const LONGEST_DAY = 26 * 3_600_000;

interface Count {
  readonly saw: Seen;
  /** The first instant with room, when there is none now. */
  readonly full?: { readonly until: Date };
}

function count(
  sent: readonly Date[],
  { most, per }: Pick<FrequencyCap, 'most' | 'per'>,
  { now, cap: { zone } }: GateFacts,
): Count {
  if (per === 'day') {
    const on = toLocal(now, zone).date;
    const midnight = toInstant(zone, on, '00:00');
    const counted = sent.filter((at) => at >= midnight).length;
    const saw = { counted, most, on };
    return counted < most ? { saw } : { saw, full: { until: toInstant(zone, addDays(on, 1), '00:00') } };
  }
  // A send exactly so old is out.
  const since = new Date(now.getTime() - elapsed(per));
  const within = sent.filter((at) => at > since).toSorted((a, b) => a.getTime() - b.getTime());
  const saw = { counted: within.length, most, since: since.toISOString() };
  const leaves = within[within.length - most];
  return leaves ? { saw, full: { until: new Date(leaves.getTime() + elapsed(per)) } } : { saw };
}

function latest(full: readonly { until: Date }[], now: Date): Date {
  return new Date(Math.max(now.getTime(), ...full.map(({ until }) => until.getTime())));
}
