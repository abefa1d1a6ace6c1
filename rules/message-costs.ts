import { type AnyMessage, DEFAULT_MAX_SEGMENTS, type Locales, render } from './render';

export interface MessageCost {
  readonly message: string;
  readonly locale: string;
  readonly segments: number;
  /** What is wrong with it, in words; absent when it costs what it may. */
  readonly problem?: string;
}

/** A message with the data to count it with. */
export interface Sampled extends AnyMessage {
  readonly sample: object;
}

/**
 * What each message costs in each locale, rendered with its sample and a name of common length: too many segments, or
 * a character outside GSM-7, which more than halves what fits into one, is a problem.
 */
export function messageCosts(catalog: { readonly [id: string]: Sampled }, locales: Locales): MessageCost[] {
  return Object.entries(catalog).flatMap(([message, definition]) =>
    locales.map((locale) => ({ message, locale, ...costOf(definition, locale) })),
  );
}

function costOf(definition: Sampled, locale: string): { segments: number; problem?: string } {
  const data = definition.sample as { readonly [name: string]: unknown };
  const rendered = render(definition, data, {
    locales: [locale],
    locale,
    firstName: 'Alexandra',
    zone: 'UTC',
  });
  if (!rendered.ok) {
    const { segments = 0, problem } = rendered;
    const most = definition.maxSegments ?? DEFAULT_MAX_SEGMENTS;
    return { segments, problem: problem === 'too_long' ? `${segments} segments, ${most} at most` : problem };
  }
  const { segments, nonGsm } = rendered;
  return nonGsm.length === 0
    ? { segments }
    : {
        segments,
        problem: `needs UCS-2 for ${nonGsm.map((character) => JSON.stringify(character)).join(' ')}`,
      };
}
