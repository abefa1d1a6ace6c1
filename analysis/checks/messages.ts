import { tellsHowToStop } from '../../rules/opt-out-wording';
import { DEFAULT_MAX_SEGMENTS, type Rendered, render } from '../../rules/render';
import type { Finding } from './finding';
import type { CheckedCatalog, CheckedMessage, CheckInput, ReadJourney } from './input';
import { firstSends } from './walk';

/** Every message in every language of the workspace, within its budget of segments. */
export function checkMessages({ catalog, placeOf }: CheckInput): Finding[] {
  const { messages, workspace } = catalog;
  return Object.entries(messages).flatMap(([id, message]) => {
    const at = placeOf('messages', id);
    return workspace.locales.flatMap((locale): Finding[] => {
      if (!Object.hasOwn(message.text, locale)) {
        const sentence = `The message "${id}" has no text in ${locale}: write one, for a customer who reads it gets this message too.`;
        return [{ code: 'MESSAGE_WITHOUT_LOCALE', at, sentence }];
      }
      const rendered = sample(message, locale);
      if (rendered.ok) return [];
      if (rendered.problem === 'too_long') {
        const most = message.maxSegments ?? DEFAULT_MAX_SEGMENTS;
        const sentence = `The message "${id}" takes ${rendered.segments} segments in ${locale} and may take ${most}: shorten it, or raise its \`maxSegments\`.`;
        return [{ code: 'MESSAGE_OVER_BUDGET', at, sentence }];
      }
      const what = rendered.problem === 'empty' ? 'is empty' : 'cannot be made from its sample';
      return [
        {
          code: 'MESSAGE_NOT_RENDERED',
          at,
          sentence: `The message "${id}" ${what} in ${locale}: correct its text or its \`sample\`.`,
        },
      ];
    });
  });
}

/** What can be the first message of a marketing journey tells how to stop, in every language. */
export function checkOptOut(
  { policy, source, name }: ReadJourney,
  { messages, workspace }: CheckedCatalog,
): Finding[] {
  if (policy.purpose !== 'marketing') return [];
  return firstSends(source.flow).flatMap(({ step, at }) => {
    const ids = step.message.known ? [...new Set(step.message.values)] : [];
    return ids.flatMap((id) => {
      const message = messages[id];
      if (!message) return [];
      const silent = workspace.locales.filter((locale) => {
        const rendered = Object.hasOwn(message.text, locale) ? sample(message, locale) : undefined;
        return rendered?.ok === true && !tellsHowToStop(rendered.text);
      });
      if (silent.length === 0) return [];
      const sentence = `"${id}" can be the first marketing message of ${name} and does not tell how to opt out in ${silent.join(' and ')}: add a sentence such as “Reply STOP to opt out.”`;
      return [{ code: 'OPT_OUT_MISSING' as const, at, journey: name, sentence }];
    });
  });
}

function sample(message: CheckedMessage, locale: string): Rendered {
  const data = message.sample as { readonly [name: string]: unknown };
  return render(message, data, { locales: [locale], locale, firstName: 'Alexandra', zone: 'UTC' });
}
