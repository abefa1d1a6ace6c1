import { render } from '../../rules/render';
import type { SendRequest } from '../../workflows/runtime/contract';
import type { Ask, JudgeDeps } from './judge';

/** What a step asks the gate for, with its text for whoever it turns out to be. */
export function rendering(
  { catalog, workspace: { locales } }: Pick<JudgeDeps, 'catalog' | 'workspace'>,
  request: SendRequest,
): Omit<Ask, 'turn'> {
  return {
    content: ({ locale, firstName }, zone) => {
      const message = catalog.messages[request.message];
      // The message is gone from the catalog, but not from the run.
      if (!message) return { ok: false, locale: locales[0], problem: 'template' };
      return render(message, request.data, { locales, locale, firstName, zone });
    },
    ...request,
  };
}
