import { call } from './api.js';
import { byId, element, icon, toast } from './dom.js';
import { dayText, phoneText, timeText } from './format.js';

const quickReplies = ['STOP', 'START', 'HELP', 'YES'];
const pageSize = 100;

const statuses = {
  scheduled: ['wait', 'Scheduled'],
  accepted: ['wait', 'Accepted'],
  queued: ['wait', 'Queued'],
  sent: ['tick', 'Sent'],
  delivered: ['ticks', 'Delivered'],
  read: ['ticks', 'Read'],
  undelivered: ['alert', 'Not delivered'],
  failed: ['alert', 'Failed'],
  canceled: ['alert', 'Canceled'],
};

/** One phone: its messages, and the means to reply from it. */
export class Conversation {
  #clock;
  #phone = '';
  #messages = new Map();
  #previous;

  constructor(clock) {
    this.#clock = clock;
    byId('reply-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send(byId('reply').value);
    });
    for (const word of quickReplies) {
      const button = element('button', { type: 'button', class: word === 'STOP' ? 'stop' : undefined }, word);
      button.addEventListener('click', () => this.#send(word));
      byId('quick').append(button);
    }
  }

  get phone() {
    return this.#phone;
  }

  async open(phone) {
    if (phone !== this.#phone) {
      this.#messages.clear();
      byId('thread').replaceChildren();
      byId('reply').value = '';
    }
    this.#phone = phone;
    if (phone === '') return;
    byId('device-owner').textContent = phoneText(phone);
    await this.refresh();
    byId('thread').scrollTop = byId('thread').scrollHeight;
    if (matchMedia('(min-width: 901px)').matches) byId('reply').focus();
  }

  async refresh() {
    const phone = this.#phone;
    if (phone === '') return;
    const page = await this.#fetch('').catch(() => undefined);
    if (!page || phone !== this.#phone) return;
    this.#messages = new Map(page.items.map((message) => [message.sid, message]));
    this.#previous = page.previous;
    byId('device-stopped').hidden = !page.optedOut;
    this.draw();
  }

  /** Takes in what the live stream told of this phone. */
  apply(messages, removed) {
    const mine = messages.filter(({ person }) => person === this.#phone);
    for (const message of mine) this.#messages.set(message.sid, message);
    const gone = removed.filter(({ sid }) => this.#messages.delete(sid));
    if (mine.length + gone.length > 0) this.draw();
    // A reply may have been STOP or START; the server knows what it meant.
    if (mine.some(({ direction }) => direction === 'inbound')) void this.refresh();
  }

  #fetch(more) {
    return call(
      'GET',
      `/sandbox/phones/${encodeURIComponent(this.#phone)}/messages?limit=${pageSize}${more}`,
    );
  }

  async #showEarlier() {
    const thread = byId('thread');
    const fromBottom = thread.scrollHeight - thread.scrollTop;
    const page = await this.#fetch(`&before=${this.#previous}`).catch((error) => toast(error.message));
    if (!page) return;
    for (const message of page.items) this.#messages.set(message.sid, message);
    this.#previous = page.previous;
    this.draw();
    thread.scrollTop = thread.scrollHeight - fromBottom;
  }

  async #send(text) {
    const body = text.trim();
    if (body === '') return;
    byId('reply').value = '';
    try {
      const { webhook } = await call('POST', '/sandbox/inbound', { from: this.#phone, body });
      if (!webhook.ok) {
        toast(
          `The inbound webhook did not take it (${webhook.httpStatus ?? webhook.reason}). Twilio would drop it now.`,
        );
      }
    } catch (error) {
      toast(error.message);
      byId('reply').value = text;
    }
  }

  draw() {
    if (this.#phone === '') return;
    const thread = byId('thread');
    const atBottom = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
    const known = new Map(
      Array.from(thread.querySelectorAll('[data-sid]'), (node) => [node.dataset.sid, node]),
    );
    const messages = [...this.#messages.values()].sort((a, b) => a.seq - b.seq);
    const nodes = [];
    if (this.#previous !== undefined) nodes.push(this.#earlierButton());
    let last;
    for (const message of messages) {
      const at = new Date(message.at);
      if (!last || apart(new Date(last.at), at)) nodes.push(this.#separator(at));
      nodes.push(bubble(message, at, known.get(message.sid)));
      last = message;
    }
    if (messages.length === 0) nodes.push(element('p', { class: 'note' }, 'Nothing yet. Say something.'));
    thread.replaceChildren(...nodes);
    if (atBottom) thread.scrollTop = thread.scrollHeight;
    const sender = messages.findLast(({ direction, from }) => direction === 'outbound' && from !== '')?.from;
    const written = messages.findLast(({ direction }) => direction === 'inbound')?.to;
    byId('device-sender').textContent = sender || written ? `with ${phoneText(sender ?? written)}` : '';
  }

  #earlierButton() {
    const button = element('button', { type: 'button', class: 'earlier' }, 'Show earlier messages');
    button.addEventListener('click', () => this.#showEarlier());
    return button;
  }

  #separator(at) {
    return element(
      'p',
      { class: 'separator', title: at.toISOString() },
      element('b', {}, dayText(at, this.#clock.now())),
      ` ${timeText(at)}`,
    );
  }
}

/** A pause worth telling: an hour, or a new day. */
function apart(a, b) {
  return Math.abs(b.getTime() - a.getTime()) >= 3_600_000 || a.toDateString() !== b.toDateString();
}

/** A message keeps its node while only its status moves, so that it comes in once. */
function bubble(message, at, known) {
  const key = `${message.status} ${message.errorCode} ${message.body.length}`;
  if (known?.dataset.key === key) return known;
  const mine = message.direction === 'inbound';
  const classes = ['message', mine ? 'mine' : 'theirs', message.status];
  if (message.reply) classes.push('automatic');
  if (known) classes.push('known');
  return element(
    'div',
    { class: classes.join(' '), 'data-sid': message.sid, 'data-key': key },
    element('div', { class: 'bubble' }, ...textParts(message.body)),
    element('div', { class: 'meta', title: `${message.sid}\n${message.at}` }, ...metaParts(message, at)),
  );
}

function metaParts(message, at) {
  const parts = [timeText(at), `${message.segments} ${message.segments === 1 ? 'segment' : 'segments'}`];
  if (message.direction === 'inbound') return [parts.join(' · ')];
  const [name, text] = statuses[message.status] ?? ['wait', message.status];
  const error = message.errorCode === undefined ? '' : ` ${message.errorCode}`;
  return [icon(name), element('b', {}, `${text}${error}`), `· ${parts.join(' · ')}`];
}

/** The text, with its links as links. */
function textParts(body) {
  if (body === '') return [element('i', {}, 'No text')];
  return body.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/).map((part, index) => {
    if (index % 2 === 0) return part;
    return element('a', { href: part, target: '_blank', rel: 'noreferrer noopener' }, part);
  });
}
