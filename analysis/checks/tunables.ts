import type { Finding } from './finding';
import type { CheckInput } from './input';

/** Values that may be tuned: each is read by some flow, and lies within the bounds that it is declared with. */
export function checkTunables({ tunables }: Pick<CheckInput, 'tunables'>): Finding[] {
  return tunables.declared.flatMap(({ name, at, bounded }): Finding[] => [
    ...(tunables.taken.has(name)
      ? []
      : [
          {
            code: 'TUNABLE_UNUSED' as const,
            at,
            sentence: `No journey goes by ${name}, so tuning it would change nothing: take it out of the answer of \`j.tunables(…)\` and use it, or drop it.`,
          },
        ]),
    ...bounded
      .filter(({ value, least, most }) => value < least || value > most)
      .map(({ at: place, texts, least, most }) => ({
        code: 'TUNABLE_OUT_OF_BOUNDS' as const,
        at: place,
        sentence:
          least > most
            ? `Nothing lies within the bounds of ${name}, ${texts.least} to ${texts.most}: exchange them.`
            : `${name} is ${texts.value} and may be ${texts.least} to ${texts.most}: set it within them, or have other bounds reviewed.`,
      })),
  ]);
}

/** With such a one a project is not loaded. */
export const isOutOfBounds = ({ code }: Finding): boolean => code === 'TUNABLE_OUT_OF_BOUNDS';
