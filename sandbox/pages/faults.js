import { call } from './api.js';
import { byId, element, toast } from './dom.js';

const offers = {
  'The next send': [
    ['429, come back in 7 s', { fault: 'rate_limited', retryAfter: 7 }],
    ['Accepted, then no answer', { fault: 'accept_then_hang' }],
    ['Accepted, then cut off', { fault: 'accept_then_reset' }],
    ['500, not accepted', { fault: 'error_500' }],
    ['Invalid number (21211)', { fault: 'refuse', code: 21211 }],
  ],
  'The next delivery': [
    ['Not delivered (30003)', { fault: 'deliver_as', status: 'undelivered', errorCode: 30003 }],
    ['Failed (30008)', { fault: 'deliver_as', status: 'failed', errorCode: 30008 }],
    ['Read', { fault: 'deliver_as', status: 'read' }],
  ],
  'Its callbacks': [
    ['30 s late', { fault: 'callbacks_late', delayMs: 30_000 }],
    ['Twice', { fault: 'callbacks_duplicated' }],
    ['Backwards', { fault: 'callbacks_reordered' }],
    ['Lost', { fault: 'callbacks_dropped' }],
  ],
};

/** The faults in force, and a few to choose from. */
export class Faults {
  constructor() {
    const kinds = byId('faults-kind');
    for (const [label, choices] of Object.entries(offers)) {
      const options = choices.map(([text, spec]) => element('option', { value: JSON.stringify(spec) }, text));
      kinds.append(element('optgroup', { label }, ...options));
    }
    byId('faults-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#change('POST', '/sandbox/faults', JSON.parse(kinds.value));
    });
    byId('faults-clear').addEventListener('click', () => this.#change('DELETE', '/sandbox/faults'));
    void this.refresh();
  }

  async refresh() {
    const { items } = await call('GET', '/sandbox/faults').catch(() => ({ items: [] }));
    byId('faults-none').hidden = items.length > 0;
    byId('faults-clear').hidden = items.length === 0;
    byId('faults').replaceChildren(...items.toReversed().map((fault) => this.#row(fault)));
  }

  #row(fault) {
    const name = [fault.fault.replaceAll('_', ' '), fault.status, fault.code ?? fault.errorCode];
    const left =
      fault.remaining === 0 ? 'spent' : fault.remaining === 'always' ? 'always' : `${fault.remaining} left`;
    const row = element(
      'li',
      { class: fault.remaining === 0 ? 'spent' : undefined },
      element('span', {}, name.filter((part) => part !== undefined).join(' ')),
      element('small', {}, `${left} · happened ${fault.fired} ×`),
    );
    const remove = element('button', { type: 'button', 'aria-label': 'Remove this fault' }, '×');
    remove.addEventListener('click', () => this.#change('DELETE', `/sandbox/faults/${fault.id}`));
    row.append(remove);
    return row;
  }

  async #change(method, path, body) {
    await call(method, path, body).catch((error) => toast(error.message));
    await this.refresh();
  }
}
