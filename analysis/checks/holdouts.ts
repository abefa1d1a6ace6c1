import type { Place } from '../flow';
import type { Finding } from './finding';
import type { CheckInput, ReadJourney } from './input';

/** Control groups of journeys whose messages no holdout is asked for. */
export function checkHoldout({ id, policy, source, name: journey }: ReadJourney): Finding[] {
  if (policy.purpose !== 'transactional' || policy.holdout === undefined) return [];
  const sentence = `${id} is transactional, and its messages are sent to everybody, held out or not: drop its holdout, or make it a moment or marketing.`;
  return [
    {
      code: 'HOLDOUT_WITHOUT_EFFECT',
      at: source.policy.places.holdout ?? source.policy.at,
      journey,
      sentence,
    },
  ];
}

/** From here on fewer are sent to than are held out. */
const HALF = 50;

/** Control groups that are larger than what they are compared with: allowed, and seldom meant. */
export function largeHoldouts(
  { catalog, placeOf }: CheckInput,
  read: readonly ReadJourney[],
): { readonly at: Place; readonly sentence: string }[] {
  const held = [
    {
      whose: 'the workspace',
      percent: catalog.workspace.holdout.percent,
      at: placeOf('workspace', 'holdout'),
    },
    ...read
      .filter(({ policy }) => policy.purpose !== 'transactional')
      .map(({ name, policy, source }) => ({
        whose: name,
        percent: policy.holdout?.percent ?? 0,
        at: source.policy.places.holdout ?? source.policy.at,
      })),
  ];
  return held
    .filter(({ percent }) => percent > HALF)
    .map(({ whose, percent, at }) => ({
      at,
      sentence: `The holdout of ${whose} keeps ${percent}% of the customers from its messages, more than it sends them to: make sure that it is not meant the other way round.`,
    }));
}
