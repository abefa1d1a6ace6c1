import type { Finding } from './finding';
import type { CheckInput } from './input';

/** Events of the plan that no source is said to send, nor has sent of late where somebody looked. */
export function checkEvents({ catalog, placeOf, arrived }: CheckInput): Finding[] {
  return Object.entries(catalog.events).flatMap(([name, { internal, sentBy }]): Finding[] => {
    if (internal || sentBy.length > 0 || arrived?.has(name)) return [];
    const looked = arrived ? ', and none has arrived in 30 days' : '';
    const sentence = `Nobody is said to send ${name}${looked}: name its sources in \`sentBy\`, or take it out of the plan.`;
    return [{ code: 'EVENT_NOBODY_SENDS', at: placeOf('events', name), sentence }];
  });
}

/** Caps that let nothing through. */
export function checkWorkspace({ catalog, placeOf }: CheckInput): Finding[] {
  return catalog.workspace.caps
    .filter(({ most }) => !(most >= 1))
    .map(({ purpose, most }) => ({
      code: 'CAP_UNSATISFIABLE',
      at: placeOf('workspace', 'caps'),
      sentence: `A cap of ${most} lets no ${purpose} message through, so no journey can send: make \`most\` at least 1, or drop the cap.`,
    }));
}
