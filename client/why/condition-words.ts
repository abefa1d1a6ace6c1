import type { Condition } from '../../catalog/audience';
import type { Duration } from '../../catalog/duration';

/** A condition of an audience in words. */
export function conditionWords(condition: Condition): string {
  if ('all' in condition) return `(${condition.all.map(conditionWords).join(' and ')})`;
  if ('any' in condition) return `(${condition.any.map(conditionWords).join(' or ')})`;
  if ('not' in condition) return `not ${conditionWords(condition.not)}`;
  if ('stage' in condition) return `stage ${condition.stage.join(' or ')}`;
  if ('known' in condition) return `trait ${condition.trait} ${condition.known ? 'known' : 'not known'}`;
  if ('trait' in condition) return `trait ${condition.trait} ${condition.in.map(String).join(' or ')}`;
  if ('did' in condition) {
    const { did, times = 1, within } = condition;
    return `did ${did}${times > 1 ? ` ${times} times` : ''}${withinWords(within)}`;
  }
  if ('didNot' in condition) return `did not ${condition.didNot}${withinWords(condition.within)}`;
  return `subscribed to ${condition.subscribedTo}${condition.topic === undefined ? '' : `, topic ${condition.topic}`}`;
}

function withinWords(within: Duration | undefined): string {
  if (!within) return '';
  return within.days === undefined ? ` within ${within.ms / 3_600_000} hours` : ` within ${within.days} days`;
}
