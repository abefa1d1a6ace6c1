import { elapsed } from '../../catalog/duration';
import type { JourneyPolicy } from '../../catalog/policy';
import type { Step } from '../flow';
import { durationWords } from '../words';
import type { Finding } from './finding';
import type { ReadJourney } from './input';
import { hasOpaqueParts, stepsOf, sureSends } from './walk';

/** A journey that declares a lock. */
interface Locking extends ReadJourney {
  readonly policy: JourneyPolicy & { readonly lock: NonNullable<JourneyPolicy['lock']> };
}

/** Of the newest version of each journey: two with one priority, and priorities that never come to anything. */
export function checkPriorities(newest: readonly ReadJourney[]): Finding[] {
  const locking = newest.filter((one): one is Locking => one.policy.lock !== undefined);
  return [...ambiguous(locking), ...locking.flatMap((one) => unreachable(one, locking))];
}

function ambiguous(locking: readonly Locking[]): Finding[] {
  const byPriority = new Map<number, Locking>();
  const findings: Finding[] = [];
  for (const one of locking) {
    const { priority } = one.policy.lock;
    const other = byPriority.get(priority);
    if (!other) byPriority.set(priority, one);
    else {
      findings.push({
        code: 'PRIORITY_AMBIGUOUS',
        ...placed(one),
        sentence: `${one.id} and ${other.id} both have priority ${priority}, so which of them takes a free customer is left to chance: give one of them another.`,
      });
    }
  }
  return findings;
}

function unreachable(one: Locking, locking: readonly Locking[]): Finding[] {
  const why = whyUnreachable(one, locking);
  return why === undefined ? [] : [{ code: 'PRIORITY_UNREACHABLE', ...placed(one), sentence: why }];
}

function whyUnreachable(one: Locking, locking: readonly Locking[]): string | undefined {
  const { id, policy, source } = one;
  const { priority, for: length } = policy.lock;
  if (!Number.isInteger(priority) || priority < 1) {
    return `${id} has priority ${priority}: make it a whole number from 1, which is the highest.`;
  }
  if (!(elapsed(length) > 0)) return `The lock of ${id} holds nobody for any time: give \`for\` a length.`;
  if (policy.purpose !== 'marketing') {
    return `${id} is ${policy.purpose}, which passes locks and takes none: drop its lock, or make it marketing.`;
  }
  if (!hasOpaqueParts(source.flow) && [...stepsOf(source.flow, 'send')].length === 0) {
    return `${id} sends nothing, and only a send takes a lock: drop its lock.`;
  }
  const above = locking.find((other) => other.policy.lock.priority < priority && alwaysCovers(other, one));
  return (
    above &&
    `Whenever ${id} begins, ${above.id} begins too, sends first and holds the customer for ${durationWords(above.policy.lock.for)}, past the last moment of every message of ${id}: let ${id} begin elsewhere, its messages stay good for longer, or ${above.id} hold for less.`
  );
}

/**
 * `above` keeps `below` from ever sending: it enters on each of its triggers, sends at once, in all that decides on a send
 * is refused no sooner, and holds the customer until every message of `below` has expired.
 */
function alwaysCovers(above: Locking, below: Locking): boolean {
  return (
    entersWithIt(above.policy, below.policy) && isRefusedNoSooner(above, below) && outlasts(above, below)
  );
}

function entersWithIt(above: JourneyPolicy, below: JourneyPolicy): boolean {
  const [a, b] = [above.enter, below.enter];
  if ('stage' in a || 'stage' in b) {
    if (!('stage' in a && 'stage' in b) || a.stage !== b.stage) return false;
  } else if ('on' in a && 'on' in b) {
    if (a.on !== b.on || a.key !== b.key) return false;
    if (a.maxAge && !(b.maxAge && elapsed(b.maxAge) <= elapsed(a.maxAge))) return false;
  } else {
    return false;
  }
  if (above.during !== undefined && above.during !== below.during) return false;
  // The first trigger of a customer and key enters whatever the re-entry says; a later one need not.
  return below.reentry === 'never';
}

function isRefusedNoSooner(above: Locking, below: Locking): boolean {
  if (above.policy.purpose !== 'marketing' || below.policy.purpose !== 'marketing') return false;
  if (below.policy.capped === 'defer' && above.policy.capped !== 'defer') return false;
  return above.policy.quietHours !== 'skip' || below.policy.quietHours === 'skip';
}

function outlasts(above: Locking, below: Locking): boolean {
  const [first] = sureSends(above.source.flow);
  if (first?.withinMs !== 0 || hasOpaqueParts(below.source.flow)) return false;
  const held = elapsed(above.policy.lock.for);
  let atMost = 0;
  const deadlines = new Map<Step, number>();
  for (const { node, withinMs } of sureSends(below.source.flow)) {
    atMost += withinMs ?? Number.POSITIVE_INFINITY;
    const offer = node.step.deadline?.offer;
    if (offer?.kind !== 'grantOffer' || !offer.expiresIn?.known) continue;
    // The offer was granted no later than now.
    deadlines.set(node.step, atMost + Math.max(...offer.expiresIn.values.map(elapsed)));
  }
  const sends = [...stepsOf(below.source.flow, 'send')];
  return (
    sends.length > 0 && sends.every(({ step }) => (deadlines.get(step) ?? Number.POSITIVE_INFINITY) <= held)
  );
}

function placed({ name, source }: Locking) {
  return { at: source.policy.places.lock ?? source.policy.at, journey: name };
}
