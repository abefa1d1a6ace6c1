import { call } from './api.js';
import { byId, element } from './dom.js';
import { briefText, phoneText } from './format.js';

const shownAtMost = 200;

/** The phones by last activity; more than fit are found by searching. */
export class PhoneList {
  #clock;
  #phones = [];
  #seen = new Map();
  #selected = '';
  #timer;
  #loaded = false;
  onChange = () => {};

  constructor(clock) {
    this.#clock = clock;
    byId('search').addEventListener('input', () => this.refreshSoon(150));
  }

  get isEmpty() {
    return this.#loaded && this.#phones.length === 0 && byId('search').value.trim() === '';
  }

  select(phone) {
    this.#selected = phone;
    this.draw();
  }

  /** Many changes in a short time are one look at the server. */
  refreshSoon(delayMs = 250) {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.refresh();
    }, delayMs);
  }

  async refresh() {
    const query = new URLSearchParams({ limit: String(shownAtMost), search: byId('search').value.trim() });
    const answer = await call('GET', `/sandbox/phones?${query}`).catch(() => undefined);
    if (!answer) return;
    // What was there when the page came is not news.
    if (!this.#loaded) for (const entry of answer.items) this.#seen.set(entry.phone, entry.last?.seq ?? 0);
    this.#loaded = true;
    this.#phones = answer.items;
    const hidden = answer.total - answer.items.length;
    byId('phones-foot').textContent =
      hidden > 0 ? `${hidden.toLocaleString()} more: search to find them` : '';
    this.draw();
    this.onChange();
  }

  draw() {
    const today = this.#clock.now();
    const selected = this.#phones.find(({ phone }) => phone === this.#selected);
    if (selected?.last) this.#seen.set(selected.phone, selected.last.seq);
    const list = byId('phone-list');
    const focused = list.contains(document.activeElement)
      ? document.activeElement.getAttribute('href')
      : undefined;
    list.replaceChildren(...this.#phones.map((entry) => this.#row(entry, today)));
    if (this.#phones.length === 0 && byId('search').value.trim() !== '') {
      list.append(element('p', { class: 'note' }, 'No phone has that number or text.'));
    }
    if (focused) list.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  }

  #row({ phone, last, optedOut }, today) {
    const unread = (last?.seq ?? 0) > (this.#seen.get(phone) ?? 0);
    const failed = last?.status === 'failed' || last?.status === 'undelivered';
    return element(
      'a',
      {
        href: `#${encodeURIComponent(phone)}`,
        class: `phone-row${unread ? ' unread' : ''}`,
        'aria-current': phone === this.#selected ? 'true' : undefined,
      },
      element('span', { class: `avatar tone-${toneOf(phone)}`, 'aria-hidden': 'true' }, phone.slice(-2)),
      element(
        'span',
        { class: 'phone-row-text' },
        element(
          'span',
          { class: 'phone-row-top' },
          element('b', {}, phoneText(phone)),
          element('time', {}, last ? briefText(new Date(last.at), today) : ''),
        ),
        element(
          'span',
          { class: 'phone-row-last' },
          element('span', {}, `${last?.direction === 'inbound' ? '↩ ' : ''}${last?.body || 'No text'}`),
          optedOut ? element('span', { class: 'badge stop' }, 'opted out') : undefined,
          failed ? element('span', { class: 'badge failed' }, last.status) : undefined,
        ),
      ),
    );
  }
}

function toneOf(phone) {
  let hash = 0;
  for (const character of phone) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  return hash % 6;
}
