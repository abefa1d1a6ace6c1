import { call } from './api.js';
import { byId } from './dom.js';
import { dateText, inputText, nextMorning, secondsText, timeText, zoneText } from './format.js';

/** The virtual clock: shows it, moves it, and tells the rest of the page what time it is. */
export class Clock {
  #offsetMs = 0;
  #journey;
  #timer;
  #day = '';
  onNewDay = () => {};

  constructor() {
    byId('clock-steps').addEventListener('click', (event) => {
      const { advance } = event.target.dataset;
      if (advance) void this.#move({ advance });
    });
    byId('clock-form').addEventListener('submit', (event) => {
      event.preventDefault();
      const to = new Date(byId('clock-to').value);
      if (!Number.isNaN(to.getTime())) void this.#move({ to: to.toISOString() });
    });
    document.addEventListener('visibilitychange', () => this.#poll());
    setInterval(() => this.#show(), 1_000);
    void this.#poll();
  }

  now() {
    return new Date(Date.now() + this.#offsetMs);
  }

  async #poll() {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    try {
      this.#set(await call('GET', '/sandbox/clock'));
      this.#present(true);
    } catch (error) {
      // Not this server's, or it is just restarting: either way there is nothing to move now.
      this.#present(error.status === undefined ? !byId('clock-body').hidden : false);
    }
    this.#timer = setTimeout(() => this.#poll(), this.#journey ? 400 : 4_000);
  }

  async #move(body) {
    if (this.#journey) return;
    const startedAt = Date.now();
    const from = this.now().getTime();
    this.#journey = { from, to: targetOf(body, from), startedAt };
    this.#busy(true);
    void this.#poll();
    try {
      this.#set(await call('POST', '/sandbox/clock', body));
      const took = ((Date.now() - startedAt) / 1_000).toFixed(1);
      byId('clock-note').textContent = `Everything due by then has happened, in ${took} s.`;
    } catch (error) {
      byId('clock-note').textContent = error.message;
    } finally {
      this.#journey = undefined;
      this.#busy(false);
    }
  }

  #set({ now }) {
    this.#offsetMs = Date.parse(now) - Date.now();
    this.#show();
    if (document.activeElement !== byId('clock-to')) this.#suggest();
  }

  #show() {
    const now = this.now();
    byId('clock-time').textContent = secondsText(now);
    byId('clock-time').title = now.toISOString();
    byId('clock-date').textContent = `${dateText(now)} · ${zoneText(now)}`;
    byId('device-time').textContent = timeText(now).replace(/\s?[AP]M$/i, '');
    if (now.toDateString() !== this.#day) {
      this.#day = now.toDateString();
      this.onNewDay();
    }
    if (!this.#journey) return;
    const { from, to, startedAt } = this.#journey;
    byId('clock-progress').value = Math.min(1, Math.max(0, (now.getTime() - from) / Math.max(1, to - from)));
    const passed = Math.round((Date.now() - startedAt) / 1_000);
    byId('clock-note').textContent = `Working through what is due on the way… ${passed} s`;
  }

  #busy(busy) {
    byId('clock-progress').hidden = !busy;
    byId('clock-progress').value = 0;
    for (const button of document.querySelectorAll('#clock-body button')) button.disabled = busy;
  }

  #present(present) {
    byId('clock-body').hidden = !present;
    byId('clock-absent').hidden = present;
  }

  /** Proposes a time ahead, unless there is one already. */
  #suggest() {
    const input = byId('clock-to');
    input.min = inputText(this.now());
    if (input.value === '' || input.value < input.min) input.value = inputText(nextMorning(this.now()));
  }
}

function targetOf(body, from) {
  if (body.to) return Date.parse(body.to);
  const [count, unit] = body.advance.split(' ');
  return from + Number(count) * (unit === 'hours' ? 3_600_000 : 86_400_000);
}
